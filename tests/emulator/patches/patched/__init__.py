"""What the emulator cannot do and our stack needs, put right over private functions of one exact version.

Each patch says what upstream does instead, and ../../test_patches.py shows it: a patch that upstream has made
needless is noticed.
"""

from __future__ import annotations
