"""Connection and rate limits."""
