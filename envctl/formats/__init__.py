"""Text to model and back, one file per file format. Pure: no network, no process, no folder is read."""
