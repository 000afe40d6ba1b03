"""pixi.lock: versions 4 to 7 read, version 7 written."""
