"""The command `gifmill doctor` on a correctly set up machine, and with real faults."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gifmill.cli import doctor
from gifmill.cli.doctor_photos import SAMPLES
from gifmill.photo.formats import FORMATS
from gifmill.settings import Settings

pytestmark = pytest.mark.slow

DOCTOR = [sys.executable, "-m", "gifmill", "doctor"]


def run(*command: str, **environ: str) -> tuple[int, list[dict[str, Any]]]:
    """Run a command that prints JSON lines; return its exit code and the lines."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **environ})
    assert done.stderr == ""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def run_doctor(data: Path, **environ: str) -> tuple[int, list[dict[str, Any]]]:
    """Run `gifmill doctor --json` for a data folder."""
    return run(*DOCTOR, "--json", "--data", str(data), **environ)


def failed_checks(results: list[dict[str, Any]]) -> dict[str, str]:
    """Return the detail of each failed check by its name."""
    return {each["check"]: each["detail"] for each in results if not each["ok"]}


@pytest.fixture(scope="module")
def passed_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and results on a machine without faults."""
    return run_doctor(tmp_path_factory.mktemp("data"))


def test_the_exit_code_is_0_if_every_check_passes(passed_run: tuple[int, list[dict[str, Any]]]) -> None:
    code, results = passed_run
    assert (code, failed_checks(results)) == (0, {})


def test_every_check_runs_in_order(passed_run: tuple[int, list[dict[str, Any]]]) -> None:
    checks = [each["check"] for each in passed_run[1]]
    codecs = ["codec"] * len(FORMATS)
    before = ["settings", "effects", "store", "clock", "disk", "files"]
    assert checks == [*before, *codecs, "worker", "versions"]


def test_versions_are_those_of_the_installed_libraries(passed_run: tuple[int, list[dict[str, Any]]]) -> None:
    import numpy as np
    import PIL

    details = passed_run[1][-1]["detail"]
    for expected in (f"pillow {PIL.__version__}", f"numpy {np.__version__}", "libjpeg_turbo ", "libheif "):
        assert expected in details


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLES) == {known.name for known in FORMATS}


def test_the_test_object_is_deleted_from_the_store(tmp_path: Path) -> None:
    run_doctor(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_text_output_has_one_line_per_check(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    done = subprocess.run([*DOCTOR, "--data", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if not line.startswith("ok    ")]
    assert line.startswith("FAIL  store ")
    assert line.endswith(" Use a folder, or a URL such as s3://bucket.")


def test_a_file_in_place_of_the_store_fails(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    code, results = run_doctor(file)
    assert (code, list(failed_checks(results))) == (1, ["store"])


def test_a_file_in_place_of_a_folder_of_the_store_fails(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("no folder")
    code, results = run_doctor(tmp_path)
    assert code == 1
    assert "cannot be written" in failed_checks(results)["store"]


def run_doctor_on_mount(data: Path, options: str, preparation: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the doctor with a file system at `data` that only this command sees."""
    script = f'mount -t tmpfs -o {options} none "$0" && {preparation} && exec "$@"'
    probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("only root can mount")
    return run("unshare", "--mount", "sh", "-c", script, str(data), *DOCTOR, "--json", "--data", str(data))


def test_a_full_disk_fails(tmp_path: Path) -> None:
    code, results = run_doctor_on_mount(tmp_path, "size=64k", 'head -c 65536 /dev/zero > "$0/full"')
    assert code == 1
    assert "cannot be written" in failed_checks(results)["store"]


def test_a_disk_without_space_for_uploads_fails(tmp_path: Path) -> None:
    code, results = run_doctor_on_mount(tmp_path, "size=10m", "true")
    assert (code, list(failed_checks(results))) == (1, ["disk"])
    assert failed_checks(results)["disk"] == "0.0 GB free; concurrent uploads can need 4.8 GB"


def test_a_read_only_store_fails(tmp_path: Path) -> None:
    code, results = run_doctor_on_mount(tmp_path, "size=10m", 'mount -o remount,ro "$0"')
    assert code == 1
    assert "cannot be written" in failed_checks(results)["store"]


def test_an_invalid_setting_fails_and_all_other_checks_run(tmp_path: Path) -> None:
    code, results = run_doctor(tmp_path, GIFMILL_MAX_QUEUE="many")
    assert (code, list(failed_checks(results))) == (1, ["settings"])
    assert "GIFMILL_MAX_QUEUE" in failed_checks(results)["settings"]
    assert results[-1]["check"] == "versions"


def test_a_low_limit_of_open_files_fails(tmp_path: Path) -> None:
    code, results = run(
        sys.executable,
        "-c",
        "import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (1000, 1000));"
        "os.execv(sys.argv[1], sys.argv[1:])",
        *DOCTOR,
        "--json",
        "--data",
        str(tmp_path),
    )
    assert (code, list(failed_checks(results))) == (1, ["files"])
    assert failed_checks(results)["files"].startswith("limit of open files: 1000; ")


def test_a_missing_codec_fails_and_the_others_pass(tmp_path: Path) -> None:
    (tmp_path / "pi_heif.py").write_text("raise ImportError('not for this processor')")
    code, results = run_doctor(tmp_path / "data", PYTHONPATH=str(tmp_path))
    assert code == 1
    details = [each["detail"] for each in results if each["check"] == "codec" and not each["ok"]]
    assert len(details) == 1
    assert details[0].startswith("HEIC cannot be decoded: ")


def test_a_crashing_codec_fails_and_the_others_pass(tmp_path: Path) -> None:
    (tmp_path / "pi_heif.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    code, results = run_doctor(tmp_path / "data", PYTHONPATH=str(tmp_path))
    assert code == 1
    details = [each["detail"] for each in results if each["check"] == "codec" and not each["ok"]]
    assert details == ["HEIC cannot be decoded: a worker crashed: exit code -4"]
    assert next(each for each in results if each["check"] == "worker")["ok"]


def test_too_little_memory_for_a_worker_fails(tmp_path: Path) -> None:
    code, results = run_doctor(tmp_path, GIFMILL_WORKER_MEMORY_MB="60")
    assert code == 1
    assert "worker" in failed_checks(results)


def test_a_broken_effect_plugin_fails(tmp_path: Path) -> None:
    info = tmp_path / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[gifmill.effects]\nbroken = nowhere:EFFECT\n")
    code, results = run_doctor(tmp_path / "data", PYTHONPATH=str(tmp_path))
    assert code == 1
    assert "broken" in failed_checks(results)["effects"]


@pytest.mark.parametrize(
    ("seconds", "ok"), [(0, True), (59, True), (-59, True), (61, False), (-3_600, False)]
)
def test_a_clock_more_than_a_minute_off_fails(seconds: int, ok: bool) -> None:
    assert doctor._clock(timedelta(seconds=seconds)).ok is ok


def test_a_negligible_difference_of_clocks_has_no_minus_sign() -> None:
    assert doctor._clock(timedelta(seconds=-0.01)).detail.endswith("differs by +0.0 s")


def test_only_a_failed_check_has_a_remedy() -> None:
    finding = doctor.Finding("disk", ok=True, detail="", remedy="Free disk space.")
    assert finding.document() == {"check": "disk", "ok": True, "detail": ""}
    assert finding._replace(ok=False).document()["remedy"] == "Free disk space."


def test_an_unlimited_number_of_open_files_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    infinite = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: infinite)
    assert doctor._open_files(Settings()).ok


def test_every_check_and_json_key_is_documented(passed_run: tuple[int, list[dict[str, Any]]]) -> None:
    page = (Path(__file__).parents[2] / "docs/guides/operate-a-server.md").read_text()
    checks = {each["check"] for each in passed_run[1]}
    assert [check for check in checks if f"| `{check}` |" not in page] == []
    section = page.partition("## Doctor")[2].partition("\n## ")[0]
    keys = {*doctor.Finding("", ok=False, detail="", remedy="-").document()}
    assert [key for key in keys if f"`{key}`" not in section] == []
