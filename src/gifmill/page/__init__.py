"""The page: files that the server hands out as they are, without a build step.

The sample photos come with scikit-image: astronaut.jpg (NASA, Eileen Collins) is in the public domain,
chelsea.jpg (Stéfan van der Walt's cat) is CC0.
"""
