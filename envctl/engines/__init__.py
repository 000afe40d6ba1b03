"""What solves and installs: the embedded engine, and later conda itself."""
