"""WebP decoder."""
