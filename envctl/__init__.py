"""envctl provisions conda environments for inference and proves that they work where they land."""

__version__ = "0.1.0"
