"""What this machine says of its driver and its GPUs."""
