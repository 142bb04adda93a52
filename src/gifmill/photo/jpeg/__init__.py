"""JPEG decoder."""
