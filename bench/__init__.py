"""Measurements of gifmill beside its peers: time, bytes, quality and memory. See docs/background/benchmarks.md."""
