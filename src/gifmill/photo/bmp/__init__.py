"""Reading BMP."""
