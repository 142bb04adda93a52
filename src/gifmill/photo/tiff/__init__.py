"""Reading TIFF, and the previews in camera raw files."""
