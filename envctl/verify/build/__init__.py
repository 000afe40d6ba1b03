"""What a framework in an environment was built for: told by packages, by a specification, by itself."""
