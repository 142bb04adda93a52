"""Orders: their names in the store, the pipeline from a photo to its GIFs, and its status."""

from typing import TYPE_CHECKING

from gifmill.lazy_imports import lazy_names
from gifmill.orders.capabilities import (
    check_id_or_view,
    derive_view,
    is_id_or_view,
    is_photo_id,
    new_photo_id,
    view_of,
)
from gifmill.orders.keys import (
    FailedKey,
    GifKey,
    OrderKey,
    UploadKey,
    format_orders,
    parse_key,
    parse_order,
    view_in,
)

if TYPE_CHECKING:
    from gifmill.orders.direct_uploads import intake_upload, reject_upload
    from gifmill.orders.documents import DOCUMENT_TYPES, FormDocument
    from gifmill.orders.pipeline import (
        Outcome,
        delete_photo,
        intake_photo,
        new_orders,
        order_gif,
        record_failure,
        render_order,
    )
    from gifmill.orders.status import (
        ORDERS_METADATA,
        Document,
        gif_status,
        orders_of,
        photo_status,
        readable_status,
    )
    from gifmill.orders.upload_forms import (
        FILE_FIELD,
        MEDIA_TYPE_PATTERN,
        UPLOAD_EXAMPLE,
        FormSigner,
        Upload,
        UploadForm,
        parse_upload_request,
        photo_too_large,
    )

__all__ = [
    "DOCUMENT_TYPES",
    "FILE_FIELD",
    "MEDIA_TYPE_PATTERN",
    "ORDERS_METADATA",
    "UPLOAD_EXAMPLE",
    "Document",
    "FailedKey",
    "FormDocument",
    "FormSigner",
    "GifKey",
    "OrderKey",
    "Outcome",
    "Upload",
    "UploadForm",
    "UploadKey",
    "check_id_or_view",
    "delete_photo",
    "derive_view",
    "format_orders",
    "gif_status",
    "intake_photo",
    "intake_upload",
    "is_id_or_view",
    "is_photo_id",
    "new_orders",
    "new_photo_id",
    "order_gif",
    "orders_of",
    "parse_key",
    "parse_order",
    "parse_upload_request",
    "photo_status",
    "photo_too_large",
    "readable_status",
    "record_failure",
    "reject_upload",
    "render_order",
    "view_in",
    "view_of",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    documents="DOCUMENT_TYPES FormDocument",
    pipeline="Outcome delete_photo intake_photo new_orders order_gif record_failure render_order",
    status="ORDERS_METADATA Document gif_status orders_of photo_status readable_status",
    upload_forms="FILE_FIELD MEDIA_TYPE_PATTERN UPLOAD_EXAMPLE FormSigner Upload UploadForm"
    " parse_upload_request photo_too_large",
    direct_uploads="intake_upload reject_upload",
)
