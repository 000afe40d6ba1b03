"""What `envctl doctor` looks at, one kind of thing a file; each tells what it sees as checks."""
