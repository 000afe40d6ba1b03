"""What nvidia-smi prints, in each of its forms, as a machine."""
