"""The small files that the page shows on cards."""

PREVIEW = "format=webp,fps=11,preset=fast,size=240"
"""Their options. Source: gif-options.js."""
PREVIEW_OPTIONS = dict(pair.split("=") for pair in PREVIEW.split(","))
