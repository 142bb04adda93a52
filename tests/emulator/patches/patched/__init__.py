"""Patches of the emulator's private functions, in one exact version, for features that the stack needs.

Each patch describes upstream's behaviour, and ../../test_patches.py shows it: a patch that upstream has made
unnecessary fails its test.
"""

from __future__ import annotations
