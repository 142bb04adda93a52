"""Who uses the server while the storm rages: some hand photos in, others read whatever there is."""

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
    from tests.chaos.invariants import Errand, Ledger
    from tests.chaos.killable_server import Fort

_REFUSED_WITH = {
    "truncated": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no photo": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "": HTTPStatus.UNPROCESSABLE_ENTITY,  # whoever decoded it was killed twice
}
"""What each photo may be refused with, besides 503 for a while."""

_LONGEST_PAUSE_S = 1.0


class Sender:
    """Hands in one photo after the other, whether the last one was taken or not."""

    def __init__(
        self,
        fort: Fort,
        ledger: Ledger,
        pictures: Mapping[str, bytes],
        errands: Iterator[Errand],
        enough: threading.Event,
    ) -> None:
        self._fort = fort
        self._ledger = ledger
        self._pictures = pictures
        self._errands = errands
        self._enough = enough

    def run(self) -> None:
        """Work until enough were accepted."""
        while not self._enough.is_set():
            self.hand_in(next(self._errands))

    def hand_in(self, errand: Errand) -> None:
        """Hand in one photo."""
        if errand.fault == "broken off":
            self._break_off(errand)
            return
        since = time.monotonic()
        answer = self._handed_in(errand)
        if answer is None:
            self._ledger.unanswered.append(errand)
        elif answer.is_success:
            self._accept(errand, answer, since)
        else:
            self._refuse(errand, answer)

    def _handed_in(self, errand: Errand) -> httpx.Response | None:
        data = self._bytes(errand)
        query = {"effects": errand.effects, **errand.options}
        if errand.way == "multipart":
            return self._fort.ask("POST", "/v1/photos", params=query, files={"photo": ("cat.jpg", data)})
        if errand.way == "form":
            asked = {"size": len(data), "type": "image/jpeg", "effects": errand.effects}
            form = self._fort.ask("POST", "/v1/uploads", params=errand.options, json=asked)
            if form is None or not form.is_success:
                return form
            document = form.json()
            path = urlsplit(document["url"]).path
            return self._fort.ask("POST", path, data=document["fields"], files={"file": ("cat.jpg", data)})
        return self._fort.ask("POST", "/v1/photos", params=query, content=data)

    def _bytes(self, errand: Errand) -> bytes:
        data = self._pictures[errand.picture]
        if errand.fault == "truncated":
            return data[: len(data) // 2]
        if errand.fault == "no photo":
            return b"a letter, and no photo: " + bytes(str(errand.number), "ascii")
        return data

    def _accept(self, errand: Errand, answer: httpx.Response, since: float) -> None:
        if errand.way == "form":
            photo_id = answer.request.url.path.rpartition("/")[2]
            self._ledger.accept(errand, {"id": photo_id, "gifs": _pending(errand, photo_id)}, since)
        else:
            self._ledger.accept(errand, answer.json(), since)

    def _refuse(self, errand: Errand, answer: httpx.Response) -> None:
        code = answer.json()["code"]
        self._ledger.refuse(code)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), _LONGEST_PAUSE_S))
        elif errand.way == "form" and code == "invalid_form":
            return  # it was handed out by a server that is no more
        elif answer.status_code != _REFUSED_WITH[errand.fault]:
            self._ledger.violated(f"a photo ({errand.fault or 'a good one'}) was refused with {code}")

    def _break_off(self, errand: Errand) -> None:
        """Promise a photo, send half of it and hang up."""
        if (address := self._fort.address) is None:
            return
        where, data = urlsplit(address), self._pictures[errand.picture]
        query = "&".join(f"{name}={value}" for name, value in errand.options.items())
        head = f"POST /v1/photos?effects={errand.effects}&{query} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        try:
            with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as connection:
                connection.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode())
                connection.sendall(data[: len(data) // 2])
        except OSError:  # killed in the middle of it
            return


def _pending(errand: Errand, photo_id: str) -> list[dict[str, str]]:
    return [
        {"effect": gif.effect, "options": str(gif.options), "state": "pending"}
        for gif in errand.gifs(photo_id)
    ]


class Reader:
    """Looks at photos at random, the waiting ones more often, and reads each GIF that is said to be there.

    It also reads those that are not there yet, by the names that they will have; orders further GIFs, and
    deletes a photo now and then.
    """

    def __init__(self, fort: Fort, ledger: Ledger, seed: int, over: threading.Event) -> None:
        self._fort = fort
        self._ledger = ledger
        self._random = random.Random(f"reader {seed}")
        self._over = over

    def run(self) -> None:
        """Read until the storm is over."""
        while not self._over.is_set():
            photo_id = self._choice()
            if photo_id is None:
                time.sleep(0.02)
                continue
            self.look(photo_id)
            chance = self._random.random()
            if chance < 0.01:
                self._delete(photo_id)
            elif chance < 0.03:
                self._order_again(photo_id)

    def look(self, photo_id: str) -> None:
        """Read the status of a photo, and each of its GIFs."""
        asked = time.monotonic()
        answer = self._fort.ask("GET", f"/v1/photos/{photo_id}")
        if answer is None or self._excused(photo_id, answer):
            return
        document = answer.json()
        self._ledger.look(document, asked)
        for gif in document["gifs"]:
            path = f"/gifs/{photo_id}/{gif['options']}/{gif['effect']}.gif"
            read = self._fort.ask("GET", path)
            if read is None or (gif["state"] != "ready" and read.status_code == HTTPStatus.NOT_FOUND):
                continue
            if not self._excused(photo_id, read):
                self._ledger.read(path, read.content)

    def _excused(self, photo_id: str, answer: httpx.Response) -> bool:
        """Whether there is nothing to read, for a reason that is none to complain of."""
        if answer.is_success:
            return False
        gone = answer.status_code == HTTPStatus.NOT_FOUND and self._ledger.accepted[photo_id].deleted
        if not gone:
            self._ledger.violated(f"reading of {photo_id} was answered with {answer.status_code}")
        return True

    def _choice(self) -> str | None:
        waiting = self._ledger.waiting()
        if waiting and self._random.random() < 0.8:
            return self._random.choice(waiting)
        settled = [each for each, photo in tuple(self._ledger.accepted.items()) if not photo.deleted]
        return self._random.choice(settled) if settled else None

    def _delete(self, photo_id: str) -> None:
        self._ledger.delete(photo_id)
        done = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND)
        while (answer := self._fort.ask("DELETE", f"/v1/photos/{photo_id}")) is None or (
            answer.status_code not in done
        ):
            time.sleep(0.1)

    def _order_again(self, photo_id: str) -> None:
        order = {
            "effect": self._random.choice(("blur", "recursive")),
            "size": self._random.randrange(64, 129),
        }
        answer = self._fort.ask("POST", f"/v1/photos/{photo_id}/gifs", json=order)
        if answer is not None and answer.status_code == HTTPStatus.ACCEPTED:
            self._ledger.order_again(answer.json())
        elif answer is not None:
            self._ledger.refuse(answer.json()["code"])
