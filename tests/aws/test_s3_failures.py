"""Lambda functions whose writes to S3 fail or are interrupted, by a proxy in front of the emulator's S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.aws.function_calls import (
    distinct_states,
    invoke,
    object_names,
    rendered_gif,
    store_orders,
    store_upload,
)
from tests.aws.s3_fault_proxy import fault_proxy
from tests.aws.sqs_records import sqs_record
from tests.emulator.clients import Aws
from tests.emulator.process import ACCOUNT, REGION, SECRET, emulator, require_emulator
from tests.views import new_view

from gifmill.aws.buckets import bucket_store
from gifmill.errors import StoreFailed
from gifmill.orders import pipeline
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.aws.s3_fault_proxy import Faults
    from tests.emulator.process import Emulator


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    """The emulator with both buckets."""
    require_emulator()
    with emulator() as running, Aws(running) as clients:
        for bucket in ("photos", "gifs"):
            clients.s3.create_bucket(Bucket=bucket)
        yield running


@pytest.fixture
def faults(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """The faults of a proxy between the functions and S3."""
    with fault_proxy(aws) as found:
        for name, value in {
            "PHOTO_STORE": "s3://photos",
            "GIF_STORE": "s3://gifs",
            "AWS_ENDPOINT_URL": found.address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }.items():
            monkeypatch.setenv(name, value)
        bucket_store.cache_clear()
        yield found
        bucket_store.cache_clear()


ALL_ATTEMPTS = 1_000
"""More writes than all retries together."""


@pytest.mark.emulator
@pytest.mark.parametrize("interrupt", [False, True], ids=["rejected", "interrupted"])
def test_a_write_that_fails_twice_is_retried_at_once(
    faults: Faults, photo: bytes, monkeypatch: pytest.MonkeyPatch, interrupt: bool
) -> None:
    [order] = store_orders(bucket_store(), photo, "blur")
    faults.remaining, faults.interrupt = 2, interrupt
    assert invoke("blur", [sqs_record(str(order))], monkeypatch) == set()
    assert faults.count == 2
    [gif] = order.gifs
    assert bucket_store().get(str(gif)) == rendered_gif(photo, gif)


@pytest.mark.emulator
@pytest.mark.parametrize("interrupt", [False, True], ids=["rejected", "interrupted"])
def test_a_gif_that_cannot_be_written_is_retried_and_never_partial(
    faults: Faults,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
    early_retries: list[str],
    interrupt: bool,
) -> None:
    [order] = store_orders(bucket_store(), photo, "blur")
    [gif] = order.gifs
    faults.remaining, faults.suffix, faults.interrupt = ALL_ATTEMPTS, ".gif", interrupt
    assert invoke("blur", [sqs_record(str(order))], monkeypatch) == {"m1"}
    assert early_retries == ["m1"]
    assert distinct_states(bucket_store(), order.view) == {"pending"}
    assert object_names(bucket_store(), f"gifs/{order.view}/") == set()
    faults.remaining = 0
    assert invoke("blur", [sqs_record(str(order))], monkeypatch) == set()
    assert bucket_store().get(str(gif)) == rendered_gif(photo, gif)


@pytest.mark.emulator
def test_a_half_stored_upload_is_completed_by_the_retry(
    faults: Faults, photo: bytes, monkeypatch: pytest.MonkeyPatch, early_retries: list[str]
) -> None:
    view = store_upload(bucket_store(), photo, "blur,cyclic")
    faults.remaining, faults.suffix = ALL_ATTEMPTS, "cyclic.png"
    assert invoke("intake", [sqs_record(f"uploads/{view}")], monkeypatch) == {"m1"} == set(early_retries)
    assert object_names(bucket_store(), "uploads/") == {f"uploads/{view}"}
    faults.remaining = 0
    assert invoke("intake", [sqs_record(f"uploads/{view}")], monkeypatch) == set()
    assert len(object_names(bucket_store(), f"photos/{view}/")) == 2
    assert object_names(bucket_store(), "uploads/") == set()


@pytest.mark.emulator
def test_a_half_stored_photo_is_rejected_and_leaves_nothing(faults: Faults, photo: bytes) -> None:
    view = new_view()
    orders = pipeline.new_orders(view, "blur,cyclic", {"size": 16})
    faults.remaining, faults.suffix = ALL_ATTEMPTS, "cyclic.png"
    with pytest.raises(StoreFailed):
        pipeline.intake_photo(bucket_store(), Settings(), orders, photo)
    assert object_names(bucket_store(), f"photos/{view}/") == set()


@pytest.mark.emulator
def test_a_failure_marker_that_cannot_be_written_is_retried(
    faults: Faults, photo: bytes, monkeypatch: pytest.MonkeyPatch, early_retries: list[str]
) -> None:
    [order] = store_orders(bucket_store(), photo, "blur")
    dead_letter = sqs_record(str(order), source="arn:blur")
    faults.remaining = ALL_ATTEMPTS
    assert invoke("dead_letters", [dead_letter], monkeypatch) == {"m1"} == set(early_retries)
    assert distinct_states(bucket_store(), order.view) == {"pending"}
    faults.remaining = 0
    assert invoke("dead_letters", [dead_letter], monkeypatch) == set()
    assert distinct_states(bucket_store(), order.view) == {"failed"}


@pytest.mark.emulator
def test_a_gif_never_exists_without_its_note(
    faults: Faults,
    stripes: bytes,
    monkeypatch: pytest.MonkeyPatch,
    early_retries: list[str],
) -> None:
    [order] = pipeline.new_orders(new_view(), "shake", {"strength": 100, "duration": 0.5, "size": 64})
    pipeline.intake_photo(bucket_store(), Settings(), (order,), stripes)
    faults.remaining, faults.suffix = ALL_ATTEMPTS, ".note.json"
    assert invoke("shake", [sqs_record(str(order))], monkeypatch) == {"m1"} == set(early_retries)
    assert object_names(bucket_store(), f"gifs/{order.view}/") == set()
    faults.remaining = 0
    assert invoke("shake", [sqs_record(str(order))], monkeypatch) == set()
    assert len(object_names(bucket_store(), f"gifs/{order.view}/")) == 2
