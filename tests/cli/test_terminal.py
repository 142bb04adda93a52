from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gifmill.cli.terminal import silenced_stderr

if TYPE_CHECKING:
    import pytest


def test_output_of_c_libraries_is_discarded_while_stderr_is_silenced(
    capfd: pytest.CaptureFixture[str],
) -> None:
    os.write(2, b"before ")
    with silenced_stderr():
        os.write(2, b"silenced ")
    os.write(2, b"after")

    assert capfd.readouterr().err == "before after"
