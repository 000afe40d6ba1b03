"""What the user has configured for conda and rattler: `.condarc` and rattler's `config.toml`."""
