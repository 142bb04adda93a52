from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from tests.views import new_view

from gifmill.aws.credentials import Credentials
from gifmill.aws.presigned_forms import PresignedForms
from gifmill.orders import pipeline
from gifmill.orders.upload_forms import Upload

if TYPE_CHECKING:
    import pytest

CREDENTIALS = Credentials("AKIDEXAMPLE", "secret/with+signs", "session", None)
FORMS = PresignedForms(
    "photos-bucket", "https://photos-bucket.s3.eu-central-1.amazonaws.com/", "eu-central-1"
)


def upload(effects: str = "blur,cyclic") -> Upload:
    view = new_view()
    orders = pipeline.new_orders(view, effects, {"size": 300})
    return Upload(view, orders, 3_145_728, "image/jpeg", datetime.now(UTC) + timedelta(minutes=15))


def policy(fields: Any) -> Any:
    return json.loads(b64decode(fields["policy"]))


def test_the_signature_matches_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    requested = upload()
    ours = FORMS.write(requested, CREDENTIALS)
    client = boto3.client(
        "s3",
        region_name="eu-central-1",
        aws_access_key_id=CREDENTIALS.access_key_id,
        aws_secret_access_key=CREDENTIALS.secret_access_key,
        aws_session_token=CREDENTIALS.session_token,
        config=Config(signature_version="s3v4"),
    )
    moment = datetime.strptime(ours.fields["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)
    unsigned = {
        name: value
        for name, value in ours.fields.items()
        if not name.startswith("x-amz-") or name.startswith("x-amz-meta-")
    }
    del unsigned["policy"]
    theirs = client.generate_presigned_post(
        FORMS.bucket, unsigned["key"], Fields=dict(unsigned), Conditions=policy(ours.fields)["conditions"]
    )
    # botocore signs its own policy: our signature of that policy must be equal.
    signed = {**theirs["fields"]}
    signature = signed.pop("x-amz-signature")
    assert ours.fields["x-amz-credential"] == signed["x-amz-credential"]
    assert FORMS.sign(signed["policy"], CREDENTIALS, moment) == signature


def test_a_form_allows_exactly_one_file_and_name() -> None:
    requested = upload()
    form = FORMS.write(requested, CREDENTIALS)
    conditions = policy(form.fields)["conditions"]
    assert {"bucket": "photos-bucket"} in conditions
    assert {"key": f"uploads/{requested.view}"} in conditions
    assert {"Content-Type": "image/jpeg"} in conditions
    assert {"x-amz-meta-orders": "size=300/blur size=300/cyclic"} in conditions
    assert ["content-length-range", 3_145_728, 3_145_728] in conditions


def test_every_field_is_in_the_policy() -> None:
    form = FORMS.write(upload(), CREDENTIALS)
    conditions = policy(form.fields)["conditions"]
    for name, value in form.fields.items():
        assert name in ("policy", "x-amz-signature") or {name: value} in conditions


def test_the_policy_expires_with_the_form() -> None:
    requested = upload()
    expires = datetime.fromisoformat(policy(FORMS.write(requested, CREDENTIALS).fields)["expiration"])
    assert expires == requested.expires.replace(microsecond=0)
