"""Reading GIF: its first frame."""
