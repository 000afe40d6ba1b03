"""One operation per verb: options in, result out. Operations never print and never exit."""
