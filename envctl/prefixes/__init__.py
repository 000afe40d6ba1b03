"""Where environments live: naming, staging, putting in place, and reading what is installed."""
