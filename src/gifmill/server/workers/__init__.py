"""The processes that decode and render."""
