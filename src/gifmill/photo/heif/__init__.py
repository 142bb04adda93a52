"""HEIC and AVIF decoders."""
