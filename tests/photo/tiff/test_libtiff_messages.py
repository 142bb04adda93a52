from __future__ import annotations

import subprocess
import sys
import warnings

import pytest

from gifmill.photo.tiff.libtiff_messages import suppress_messages

_DAMAGED = """
from io import BytesIO
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile
from gifmill.photo.tiff.libtiff_messages import suppress_messages

file = BytesIO()
Image.effect_noise((64, 64), 90).save(file, "TIFF", compression="tiff_lzw")
data = file.getvalue()
broken = data[:200] + bytes(300) + data[500:]

def load():
    try:
        TiffImageFile(BytesIO(broken)).load()
    except OSError:
        pass

"""


def printed(code: str) -> bytes:
    done = subprocess.run([sys.executable, "-c", _DAMAGED + code], capture_output=True, timeout=60)
    assert done.returncode == 0
    return done.stderr


def test_libtiff_prints_nothing_while_suppressed() -> None:
    assert printed("with suppress_messages(): load()") == b""


def test_libtiff_prints_messages_after_suppression() -> None:
    alone = printed("load()")
    if not alone:
        pytest.skip("this libtiff prints nothing")

    assert printed("with suppress_messages(): load()\nload()") == alone


def test_warnings_are_suppressed(recwarn: pytest.WarningsRecorder) -> None:
    with suppress_messages():
        warnings.warn("odd metadata", UserWarning, stacklevel=1)

    assert not recwarn
