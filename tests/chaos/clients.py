"""Clients of a chaos run: some upload photos, others read status and GIFs."""

from __future__ import annotations

import random
import socket
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Mapping

    import httpx
    from tests.chaos.invariants import InvariantChecker, Upload
    from tests.chaos.killable_server import KillableServer

_EXPECTED_STATUS = {
    "truncated": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no photo": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "": HTTPStatus.UNPROCESSABLE_ENTITY,  # its worker was killed twice
}
"""Accepted error status by fault, besides 503."""

_LONGEST_PAUSE_S = 1.0


class UploadClient:
    """Uploads photos one after the other, whether accepted or not."""

    def __init__(
        self,
        server: KillableServer,
        checker: InvariantChecker,
        photos: Mapping[str, bytes],
        uploads: Iterator[Upload],
        enough: threading.Event,
    ) -> None:
        self._server = server
        self._checker = checker
        self._photos = photos
        self._uploads = uploads
        self._enough = enough
        self._form_ids: dict[str, str] = {}

    def run(self) -> None:
        """Upload until enough photos are accepted."""
        while not self._enough.is_set():
            self.send(next(self._uploads))

    def send(self, upload: Upload) -> None:
        """Upload one photo and record the response."""
        if upload.fault == "broken off":
            self._abort(upload)
            return
        since = time.monotonic()
        answer = self._response(upload)
        if answer is None:
            self._checker.unanswered.append(upload)
        elif answer.is_success:
            self._accept(upload, answer, since)
        else:
            self._refuse(upload, answer)

    def _response(self, upload: Upload) -> httpx.Response | None:
        data = self._bytes(upload)
        query = {"effects": upload.effects, **upload.options}
        if upload.way == "multipart":
            return self._server.request(
                "POST", "/v1/photos", params=query, files={"photo": ("cat.jpg", data)}
            )
        if upload.way == "form":
            body = {"size": len(data), "type": "image/jpeg", "effects": upload.effects}
            form = self._server.request("POST", "/v1/uploads", params=upload.options, json=body)
            if form is None or not form.is_success:
                return form
            document = form.json()
            self._form_ids[document["view"]] = document["id"]
            path = urlsplit(document["url"]).path
            return self._server.request(
                "POST", path, data=document["fields"], files={"file": ("cat.jpg", data)}
            )
        return self._server.request("POST", "/v1/photos", params=query, content=data)

    def _bytes(self, upload: Upload) -> bytes:
        data = self._photos[upload.photo]
        if upload.fault == "truncated":
            return data[: len(data) // 2]
        if upload.fault == "no photo":
            return b"a letter, and no photo: " + bytes(str(upload.number), "ascii")
        return data

    def _accept(self, upload: Upload, answer: httpx.Response, since: float) -> None:
        if upload.way == "form":
            view = answer.request.url.path.rpartition("/")[2]
            self._checker.record_acceptance(
                upload,
                {"id": self._form_ids.pop(view), "view": view, "gifs": _pending(upload, view)},
                since,
            )
        else:
            self._checker.record_acceptance(upload, answer.json(), since)

    def _refuse(self, upload: Upload, answer: httpx.Response) -> None:
        code = answer.json()["code"]
        self._checker.record_rejection(code)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), _LONGEST_PAUSE_S))
        elif upload.way == "form" and code == "invalid_form":
            return  # a previous server process created the form
        elif answer.status_code != _EXPECTED_STATUS[upload.fault]:
            self._checker.report_violation(
                f"a photo (fault: {upload.fault or 'none'}) was rejected with {code}"
            )

    def _abort(self, upload: Upload) -> None:
        """Send half of a photo and close the connection."""
        if (address := self._server.address) is None:
            return
        where, data = urlsplit(address), self._photos[upload.photo]
        query = "&".join(f"{name}={value}" for name, value in upload.options.items())
        head = f"POST /v1/photos?effects={upload.effects}&{query} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        try:
            with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as connection:
                connection.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode())
                connection.sendall(data[: len(data) // 2])
        except OSError:  # the server was killed
            return


def _pending(upload: Upload, view: str) -> list[dict[str, str]]:
    return [
        {"effect": gif.effect, "options": str(gif.options), "state": "pending"} for gif in upload.gifs(view)
    ]


class ReadClient:
    """Reads random photos, pending ones more often, and each of their ready GIFs.

    It also requests GIFs that do not exist yet, orders further GIFs, and sometimes deletes a photo.
    """

    def __init__(
        self, server: KillableServer, checker: InvariantChecker, seed: int, over: threading.Event
    ) -> None:
        self._server = server
        self._checker = checker
        self._random = random.Random(f"reader {seed}")
        self._over = over

    def run(self) -> None:
        """Read until the run is over."""
        while not self._over.is_set():
            view = self._choice()
            if view is None:
                time.sleep(0.02)
                continue
            self.read(view)
            chance = self._random.random()
            if chance < 0.01:
                self._delete(view)
            elif chance < 0.03:
                self._order_again(view)

    def read(self, view: str) -> None:
        """Read the status of a photo and each of its GIFs."""
        requested_at = time.monotonic()
        answer = self._server.request("GET", f"/v1/photos/{view}")
        if answer is None or self._is_error(view, answer):
            return
        document = answer.json()
        self._checker.record_status(document, requested_at)
        for gif in document["gifs"]:
            path = f"/gifs/{view}/{gif['options']}/{gif['effect']}.gif"
            read = self._server.request("GET", path)
            if read is None or (gif["state"] != "ready" and read.status_code == HTTPStatus.NOT_FOUND):
                continue
            if not self._is_error(view, read):
                self._checker.record_gif(path, read.content)

    def _is_error(self, view: str, answer: httpx.Response) -> bool:
        """Return whether the response is an error; any but a 404 of a deleted photo is a violation."""
        if answer.is_success:
            return False
        deleted = answer.status_code == HTTPStatus.NOT_FOUND and self._checker.accepted[view].deleted
        if not deleted:
            self._checker.report_violation(f"reading {view} got a {answer.status_code}")
        return True

    def _choice(self) -> str | None:
        waiting = self._checker.pending_photos()
        if waiting and self._random.random() < 0.8:
            return self._random.choice(waiting)
        settled = [each for each, photo in tuple(self._checker.accepted.items()) if not photo.deleted]
        return self._random.choice(settled) if settled else None

    def _delete(self, view: str) -> None:
        self._checker.record_deletion(view)
        photo_id = self._checker.accepted[view].photo_id
        done = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND)
        while (answer := self._server.request("DELETE", f"/v1/photos/{photo_id}")) is None or (
            answer.status_code not in done
        ):
            time.sleep(0.1)

    def _order_again(self, view: str) -> None:
        order = {
            "effect": self._random.choice(("blur", "recursive")),
            "size": self._random.randrange(64, 129),
        }
        photo_id = self._checker.accepted[view].photo_id
        answer = self._server.request("POST", f"/v1/photos/{photo_id}/gifs", json=order)
        if answer is not None and answer.status_code == HTTPStatus.ACCEPTED:
            self._checker.record_order(answer.json())
        elif answer is not None:
            self._checker.record_rejection(answer.json()["code"])
