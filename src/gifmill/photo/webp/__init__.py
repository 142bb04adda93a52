"""Reading WebP."""
