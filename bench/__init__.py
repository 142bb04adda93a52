"""Measurements of gifmill beside its peers: time, bytes, quality and memory.

The figures are in docs/background/benchmarks.md.
"""
