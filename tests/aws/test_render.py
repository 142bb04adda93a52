from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from tests.aws.function_calls import gif_states, store_orders
from tests.aws.sqs_records import InvocationContext, sqs_record
from tests.views import new_view

from gifmill.aws import telemetry
from gifmill.orders import pipeline
from gifmill.settings import Settings

if TYPE_CHECKING:
    import pytest

    from gifmill.store.store import Store


def test_render_starts_no_gif_without_enough_time_left(
    store: Store, photo: bytes, render_blur: Any, early_retries: list[str]
) -> None:
    orders = [store_orders(store, photo, "blur")[0] for _ in range(2)]
    records = [{**sqs_record(str(order)), "messageId": order.view} for order in orders]
    render_blur({"Records": records}, InvocationContext(17_000))
    assert early_retries == [orders[1].view]
    assert [gif_states(store, order.view)["blur"] for order in orders] == ["ready", "pending"]


def test_render_makes_only_its_own_effect_of_a_pack(store: Store, photo: bytes, render_blur: Any) -> None:
    order = store_orders(store, photo)[0]
    assert render_blur({"Records": [sqs_record(str(order))]}, InvocationContext()) == {
        "batchItemFailures": []
    }
    assert gif_states(store, order.view) == {"blur": "ready", "recursive": "pending", "cyclic": "pending"}


def test_render_ignores_orders_of_other_effects(store: Store, photo: bytes, render_blur: Any) -> None:
    order = store_orders(store, photo, "cyclic")[0]
    keys = (str(order), "photos/foreign/object/name.png", "gifs/x")
    assert render_blur({"Records": [sqs_record(*keys)]}, InvocationContext()) == {"batchItemFailures": []}
    assert gif_states(store, order.view) == {"cyclic": "pending"}


def test_render_counts_finished_gifs(
    store: Store, photo: bytes, render_blur: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    render_blur({"Records": [sqs_record(str(store_orders(store, photo)[0]))]}, InvocationContext())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [counted] = [line for line in lines if "_aws" in line]
    assert (counted["gifmill_renders_total"], counted["outcome"]) == ([1.0], "made")
    assert counted["gifmill_render_seconds"][0] > 0
    assert counted["gifmill_gif_bytes"][0] > 1_000


def test_render_counts_an_unmet_byte_limit_as_unfit(
    store: Store, photo: bytes, render_blur: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {"max_bytes": 100})
    pipeline.intake_photo(store, Settings(), (order,), photo)
    render_blur({"Records": [sqs_record(str(order))]}, InvocationContext())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [counted] = [line for line in lines if "_aws" in line]
    assert (counted["gifmill_renders_total"], counted["outcome"]) == ([1.0], "unfit")


def test_a_caption_without_a_glyph_fails_without_being_logged(
    store: Store,
    photo: bytes,
    render_blur: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    [order] = pipeline.new_orders(new_view(), "blur", {"caption": "Zanzibar \U00011f04"})
    pipeline.intake_photo(store, Settings(), (order,), photo)
    render_blur({"Records": [sqs_record(str(order))]}, InvocationContext())
    assert gif_states(store, order.view) == {"blur": "failed"}
    written = log.getvalue() + capsys.readouterr().out
    assert "failed" in written
    assert not {word for word in ("Zanzibar", "ljqw46", "KAWI", "11F04") if word in written}
