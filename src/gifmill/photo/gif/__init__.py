"""GIF decoder: the first frame."""
