"""Decoding of photos: formats, limits, orientation, colour, downscaling, focal point."""

from typing import TYPE_CHECKING

from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill.photo.formats import FORMATS
    from gifmill.photo.photo import Photo, Source, open_photo
    from gifmill.photo.saliency import CENTRE, Point, focal_point

__all__ = ["CENTRE", "FORMATS", "Photo", "Point", "Source", "focal_point", "open_photo"]

__getattr__, __dir__ = lazy_names(
    __name__, formats="FORMATS", photo="Photo Source open_photo", saliency="CENTRE Point focal_point"
)
