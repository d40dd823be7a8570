"""What is claimed of speed and quality, measured: `python -m benchmarks.NAME` prints a table."""
