"""The examples of the cookbook, run in the programs that they are for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gifmill.effects import PACKS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/guides/cookbook.md").read_text()
CAT = ROOT / "cat.jpg"
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def example(*words: str) -> str:
    """Return the only example with these words."""
    (found,) = [block for block in BLOCKS if all(word in block for word in words)]
    return str(found)


def run(program: str, *arguments: str, folder: Path) -> str:
    """Run a program in a process of its own and return its output."""
    (folder / "program.py").write_text(program)
    (folder / "cat.jpg").write_bytes(CAT.read_bytes())
    command = [sys.executable, "program.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_of_photos_becomes_gifs_and_a_bad_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no photo")
    output = run(example("ProcessPoolExecutor"), ".", folder=tmp_path)
    assert output.startswith("bad.jpg: ")
    assert "cat.jpg: " in output
    assert len((tmp_path / "cat.gif").read_bytes()) <= 256_000


DJANGO = """
import json, sys
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="test")  # pragma: allowlist secret
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import path
urlpatterns = [path("spin", spin)]
def post(**fields):
    answer = Client().post("/spin", fields)
    return [answer.status_code, answer["Content-Type"], answer.content[:6].decode()]
cat = open("cat.jpg", "rb").read()
upload = lambda data: SimpleUploadedFile("cat.jpg", data)
large = b"x" * 10_000_001
answers = [post(photo=upload(cat)), post(photo=upload(b"no photo")), post(), post(photo=upload(large))]
print(json.dumps([*answers, [Client().get("/spin").status_code]]))
"""

FASTAPI = """
import asyncio, json
import httpx
async def main():
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        async def post(effect, data):
            answer = await client.post(f"/gifs/{effect}", files={"photo": ("cat.jpg", data)})
            return [answer.status_code, answer.headers["Content-Type"], answer.content[:6].decode()]
        cat = open("cat.jpg", "rb").read()
        answers = [await post("spin", cat), await post("spin", b"no photo"), await post("spim", cat),
            await post("spin", b"x" * 10_000_001)]
        at_a_time.acquire(); at_a_time.acquire()
        answers.append((await post("spin", cat))[:1])
        print(json.dumps(answers))
asyncio.run(main())
"""


def test_the_view_of_django_answers_with_a_gif_or_an_error(tmp_path: Path) -> None:
    made, no_photo, empty, large, read = json.loads(run(example("django") + DJANGO, folder=tmp_path))
    assert made == [200, "image/gif", "GIF89a"]
    assert no_photo[:2] == [415, "application/json"]
    assert [empty[0], large[0], read[0]] == [400, 413, 405]


def test_the_endpoint_of_fastapi_answers_with_a_gif_or_an_error(tmp_path: Path) -> None:
    made, no_photo, unknown, large, busy = json.loads(run(example("fastapi") + FASTAPI, folder=tmp_path))
    assert made == [200, "image/gif", "GIF89a"]
    assert no_photo[:2] == [415, "application/problem+json"]
    assert [unknown[0], large[0], busy[0]] == [404, 413, 503]


NOTEBOOK = """
import json, sys
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
cells = [new_code_cell(source) for source in json.loads(open("cells.json").read())]
notebook = NotebookClient(new_notebook(cells=cells), timeout=120, kernel_name="python3").execute()
print(json.dumps([[dict(output) for output in cell.outputs] for cell in notebook.cells]))
"""


def test_the_notebook_shows_the_gif(tmp_path: Path) -> None:
    cells = [example('"swirl"'), "photo", example("b64encode"), "import IPython; IPython.display.HTML(html)"]
    (tmp_path / "cells.json").write_text(json.dumps(cells))
    outputs: list[list[dict[str, Any]]] = json.loads(run(NOTEBOOK, folder=tmp_path).splitlines()[-1])
    gif, photo, several, shown = ([output["data"] for output in cell] for cell in outputs)
    assert set(gif[0]) == {"image/gif", "text/plain"}
    assert gif[0]["text/plain"].startswith("<Gif swirl: gif, 240 x ")
    assert len(gif[0]["image/gif"]) > 10_000
    assert "image/png" in photo[0]
    assert several == []
    assert shown[0]["text/html"].count("<img") == 3


def test_an_emoji_pack_fits_slack(tmp_path: Path) -> None:
    run(example('Path("emoji")'), folder=tmp_path)
    files = sorted((tmp_path / "emoji").iterdir())
    assert len(files) == len(PACKS["emoji"])
    assert all(path.stat().st_size <= 128_000 for path in files)


def test_an_effect_of_ones_own_writes_a_gif(tmp_path: Path) -> None:
    run(example("def swing"), folder=tmp_path)
    assert (tmp_path / "swing.gif").read_bytes().startswith(b"GIF89a")
