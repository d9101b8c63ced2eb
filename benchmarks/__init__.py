"""Measured ratios. Never timed tests: they print what one run on one machine gave."""
