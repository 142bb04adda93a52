"""TIFF decoder, also for the previews in camera raw files."""
