"""Advice for operators whose store fails."""

from __future__ import annotations


def access_advice(location: str) -> str:
    """Return what to check if a store cannot be read or written."""
    if "://" in location and not location.startswith("file:"):
        return "Check the bucket's name, region and credentials."
    return "Make sure the server's user can write to this folder and the disk has space."
