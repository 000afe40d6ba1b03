"""Two descriptions of an environment to their difference: pure, any kind against any kind."""
