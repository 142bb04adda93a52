"""Exit codes of the command.

This module imports nothing: an interrupt of its import would not be caught.
"""

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
