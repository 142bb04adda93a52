"""Benchmarks of gifmill and of other GIF encoders: time, bytes, quality and memory.

The results are in docs/background/benchmarks.md.
"""
