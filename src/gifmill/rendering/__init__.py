"""From a photo, an effect and its options to the bytes of an animation."""
