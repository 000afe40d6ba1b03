"""A local conda channel built from wheels and an interpreter."""
