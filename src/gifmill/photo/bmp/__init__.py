"""BMP decoder."""
