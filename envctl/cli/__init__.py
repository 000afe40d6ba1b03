"""The command line: one file per verb; parse options, call one operation, hand the result to output."""
