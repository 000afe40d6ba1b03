"""pixi.lock: versions 3 to 7 read, version 7 written."""
