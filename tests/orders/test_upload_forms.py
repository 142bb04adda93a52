from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.views import new_view

from gifmill.effects import EFFECTS
from gifmill.errors import InvalidForm, InvalidRequest, PhotoTooLarge
from gifmill.orders import pipeline
from gifmill.orders.keys import format_orders, parse_orders
from gifmill.orders.upload_forms import FormSigner, Upload, parse_upload_request
from gifmill.settings import Settings

VIEW = new_view()
BODY = {"size": 100, "type": "image/jpeg"}


def upload(minutes: float = 15) -> Upload:
    view = new_view()
    orders = pipeline.new_orders(view, "blur,cyclic", {"size": 300})
    return Upload(view, orders, 100, "image/jpeg", datetime.now(UTC) + timedelta(minutes=minutes))


def test_a_signed_form_is_read_back() -> None:
    signer, requested = FormSigner(), upload()
    assert signer.read(requested.view, signer.write(requested).fields) == requested


def test_an_expired_form_is_rejected() -> None:
    signer, requested = FormSigner(), upload(minutes=-1)
    with pytest.raises(InvalidForm, match="expired"):
        signer.read(requested.view, signer.write(requested).fields)


def test_a_form_for_another_photo_is_rejected() -> None:
    signer = FormSigner()
    with pytest.raises(InvalidForm):
        signer.read(new_view(), signer.write(upload()).fields)


@pytest.mark.parametrize("name", ["policy", "signature"])
def test_a_modified_form_is_rejected(name: str) -> None:
    signer, requested = FormSigner(), upload()
    fields = dict(signer.write(requested).fields)
    fields[name] = ("b" if fields[name][0] == "a" else "a") + fields[name][1:]
    with pytest.raises(InvalidForm):
        signer.read(requested.view, fields)


def test_a_form_of_another_process_is_rejected() -> None:
    requested = upload()
    with pytest.raises(InvalidForm):
        FormSigner().read(requested.view, FormSigner().write(requested).fields)


def test_orders_in_metadata_are_parsed_back() -> None:
    requested = upload()
    assert parse_orders(requested.view, format_orders(requested.orders)) == requested.orders


def test_options_may_be_in_the_body_or_the_query() -> None:
    for requested in (
        parse_upload_request(VIEW, {**BODY, "effects": "blur", "duration": 2}, {}, Settings()),
        parse_upload_request(VIEW, {**BODY, "effects": "blur"}, {"duration": "2"}, Settings()),
    ):
        assert [str(order.options) for order in requested.orders] == ["duration=2"]


def test_an_option_in_both_is_rejected() -> None:
    with pytest.raises(InvalidRequest, match=r"Option 'duration' is given twice\. Give it once\."):
        parse_upload_request(VIEW, {**BODY, "duration": 2}, {"duration": "2"}, Settings())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "image/png"}, 'The size is missing. Send for example {"size": 3145728'),
        ({"size": 9}, 'The type is missing. Send for example {"size": 3145728'),
        ({**BODY, "size": "x"}, "size=x is not valid. Use the file's size in bytes, a whole number above 0."),
        ({**BODY, "size": 1.5}, "size=1.5 is not valid."),
        ({**BODY, "size": True}, "size=true is not valid."),
        ({**BODY, "type": 5}, "type=5 is not valid. Use the file's media type, such as"),
    ],
)
def test_an_invalid_request_is_rejected_with_the_value_and_the_remedy(
    body: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_upload_request(VIEW, body, {}, Settings())

    assert caught.value.message.startswith(message)


def test_forms_have_the_size_limit_of_photos() -> None:
    parse_upload_request(VIEW, BODY, {}, Settings(max_photo_bytes=100, max_direct_bytes=1))
    with pytest.raises(PhotoTooLarge):
        parse_upload_request(VIEW, BODY, {}, Settings(max_photo_bytes=99))


def test_all_effects_with_options_fit_in_object_metadata() -> None:
    names = ",".join(effect.name for effect in EFFECTS[1:])
    requested = parse_upload_request(
        VIEW, {**BODY, "effects": names}, {"size": "1000", "preset": "smooth"}, Settings()
    )
    assert len(format_orders(requested.orders)) < 1800
