"""From the bytes of a file to a photo: formats, limits, decoding, colour, orientation, size."""
