"""Reading and writing PNG."""
