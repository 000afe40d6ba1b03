"""The unified conda-lock.yml, version 1 (CEP 37)."""
