"""Reading HEIC and AVIF."""
