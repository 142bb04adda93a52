"""PNG decoder and encoder."""
