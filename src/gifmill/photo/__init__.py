"""Decoding of photos: formats, limits, orientation, colour, downscaling, focal point."""

from typing import TYPE_CHECKING

from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill.photo.colour.srgb_light import LIGHT_STEPS, encoded_light, linear_light
    from gifmill.photo.eyes import EyePair, find_eyes
    from gifmill.photo.formats import FORMATS
    from gifmill.photo.opening import Source, open_photo
    from gifmill.photo.photo import Photo
    from gifmill.photo.saliency import CENTRE, Point, focal_point
    from gifmill.photo.segmentation import subject_mask

__all__ = [
    "CENTRE",
    "FORMATS",
    "LIGHT_STEPS",
    "EyePair",
    "Photo",
    "Point",
    "Source",
    "encoded_light",
    "find_eyes",
    "focal_point",
    "linear_light",
    "open_photo",
    "subject_mask",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    eyes="EyePair find_eyes",
    formats="FORMATS",
    opening="Source open_photo",
    photo="Photo",
    saliency="CENTRE Point focal_point",
    segmentation="subject_mask",
    **{"colour.srgb_light": "LIGHT_STEPS encoded_light linear_light"},
)
