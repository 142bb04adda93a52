"""Reading JPEG."""
