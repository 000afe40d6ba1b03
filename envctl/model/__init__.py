"""What envctl talks about: frozen data without I/O."""
