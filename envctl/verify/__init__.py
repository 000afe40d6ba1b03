"""Whether an environment can use a machine's GPUs: facts, judged by pure checks."""
