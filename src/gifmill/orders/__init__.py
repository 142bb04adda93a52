"""Object names, a photo's status, and the pipeline from an upload to its GIFs."""
