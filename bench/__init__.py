"""Benchmarks. Each measures its floor in the same run, interleaved, and prints value, floor, ratio, PASS or FAIL."""
