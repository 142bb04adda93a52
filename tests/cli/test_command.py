from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.command_runs import error_line, make
from tests.transparent_logo import CLEAR, alphas_at, assert_cut_out

import gifmill
from gifmill.cli.command import main
from gifmill.cli.effect_list import list_effects
from gifmill.effects import EFFECTS, PACKS
from gifmill.photo import open_photo
from gifmill.rendering import render
from gifmill.rendering.catalogue import describe_effects


def test_make_makes_the_classic_pack(cat: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(cat, "-o", out, "--size", "64") == 0

    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"cat-{name}.gif" for name in PACKS["classic"]
    )
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"{out / 'cat-blur.gif'}  ")
    assert lines[0].endswith(" kB  64 x 43 px  3 s")


def test_make_writes_the_bytes_that_render_returns(cat: str, out: Path) -> None:
    assert make(cat, "-o", out, "-e", "blur", "--size", "64", "--preset", "small", "-p", "duration=1.5") == 0

    gif = render(open_photo(cat, max_side_px=64), "blur", size=64, preset="small", duration=1.5)
    assert (out / "cat-blur.gif").read_bytes() == gif.data
    assert gif.duration_ms == 1_500


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_make_keeps_the_transparency_of_a_photo(tmp_path: Path, logo: bytes, kind: str) -> None:
    photo = tmp_path / "logo.png"
    photo.write_bytes(logo)
    assert make(photo, "-o", tmp_path, "-e", "party", "--format", kind) == 0
    assert_cut_out((tmp_path / f"logo-party.{kind}").read_bytes())


def test_a_background_fills_what_is_transparent(tmp_path: Path, logo: bytes) -> None:
    photo = tmp_path / "logo.png"
    photo.write_bytes(logo)
    assert make(photo, "-o", tmp_path / "logo.gif", "-e", "party", "--background", "white") == 0
    assert alphas_at((tmp_path / "logo.gif").read_bytes(), CLEAR).min() == 255


def test_the_pack_all_makes_every_effect_and_a_repeated_effect_is_made_once(cat: str, out: Path) -> None:
    assert make(cat, "-o", out / "all", "--pack", "all", "--size", "16") == 0
    assert make(cat, "-o", out / "twice", "-e", "blur", "-e", "blur", "--size", "16") == 0

    assert len(list((out / "all").iterdir())) == len(EFFECTS)
    assert len(list((out / "twice").iterdir())) == 1


@pytest.mark.parametrize("jobs", ["1", "2", "16"])
def test_any_number_of_jobs_prints_and_writes_the_same(
    cat: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    names = ["cyclic", "blur", "recursive"]
    chosen = [argument for name in names for argument in ("-e", name)]
    assert make(cat, "-o", tmp_path, "--size", "64", "--jobs", jobs, *chosen) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [Path(line.split(" ")[0]).name for line in lines] == [f"cat-{name}.gif" for name in names]
    for name in names:
        expected = render(open_photo(cat, max_side_px=64), name, size=64).data
        assert (tmp_path / f"cat-{name}.gif").read_bytes() == expected


@pytest.mark.parametrize("jobs", ["0", "257", "1.5", "many"])
def test_an_invalid_number_of_jobs_is_rejected(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    assert make(cat, "-o", out, "--jobs", jobs) == 2
    assert f"--jobs={jobs} is not valid. Use a whole number from 1 to 256." in error_line(capsys)


def test_json_output_has_one_object_per_line(cat: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(cat, "-o", out, "--json", "--size", "64") == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["effect"] for line in lines] == list(PACKS["classic"])
    for line in lines:
        data = Path(line["path"]).read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            assert line["frames"] == image.n_frames  # type: ignore[attr-defined]
            assert (line["width"], line["height"]) == image.size == (64, 43)
        assert line["bytes"] == len(data)
        assert line["photo"] == cat
        assert line["duration_ms"] == 3_000
        assert line["calmed"] is False
        assert 0 < line["seconds"] < 60
        assert (line["format"], line["given_up"]) == ("gif", [])
        assert line["skipped"] is False
        assert (line["requested_ms"], line["softened"], line["flashes"]) == (line["duration_ms"], 0, False)
        assert len(line) == 16


def test_a_calmed_gif_is_reported_in_text_and_in_json(
    stripes: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flashing = (stripes, "-o", out, "-e", "shake", "-p", "strength=100", "-p", "duration=0.5")
    assert make(*flashing) == make(*flashing, "--json") == 0

    words, line = capsys.readouterr().out.splitlines()
    gif = json.loads(line)
    softened = f"softened {gif['softened']} of {gif['frames']} frames"
    assert words.endswith(f"  slowed from 0.5 s to 0.75 s and {softened} because it would flash dangerously")
    assert (gif["calmed"], gif["requested_ms"], gif["duration_ms"]) == (True, 500, 750)
    assert gif["softened"] > 0


def test_flashing_may_be_allowed_with_a_warning(
    stripes: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shake = (stripes, "-o", out, "-e", "shake", "-p", "strength=100", "-p", "duration=0.5")
    flashing = (*shake, "--allow-flashing")
    assert make(*flashing) == make(*flashing, "--json") == make(*flashing, "--quiet") == 0

    printed = capsys.readouterr()
    words, line = printed.out.splitlines()
    gif = json.loads(line)
    assert words.endswith("0.5 s  flashes dangerously")
    assert (gif["calmed"], gif["flashes"], gif["duration_ms"]) == (False, True, 500)
    assert printed.err.count("Flashes can cause seizures.") == 2  # not with --quiet


@pytest.fixture
def stripes(tmp_path: Path) -> str:
    """The path of a photo of wide black and white stripes."""
    path = tmp_path / "stripes.png"
    pixels = np.zeros((90, 120, 3), np.uint8)
    pixels[:, np.arange(120) // 6 % 2 == 1] = 255
    Image.fromarray(pixels).save(path)
    return str(path)


def test_an_unreadable_photo_does_not_stop_the_others(
    cat: str, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.jpg").write_text("no photo")

    code = make(tmp_path / "none.jpg", tmp_path / "text.jpg", cat, "-e", "blur", "-o", out, "--size", "16")

    printed = capsys.readouterr()
    missing, text = printed.err.splitlines()
    assert code == 2
    assert missing == f"gifmill: {tmp_path}/none.jpg: No such file. Check the name."
    assert text.startswith(
        f"gifmill: {tmp_path}/text.jpg: This file is not an image that gifmill reads. Use a JPEG"
    )
    assert [path.name for path in out.iterdir()] == ["cat-blur.gif"]
    assert printed.out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["mke"], "Unknown command 'mke'. Did you mean 'make'? Commands: make, effects, serve, "),
        (["make"], "PHOTO"),
        (["make", "{cat}", "--no-such"], "Unknown option '--no-such'. Try `gifmill make --help`."),
        (["effects", "blur", "more"], "Unknown arguments: more. Try `gifmill effects --help`."),
        (["effects", "blurr"], "Unknown effect or pack 'blurr'. Did you mean 'blur'?"),
        (["make", "{cat}", "{cat}"], "{cat} is listed twice. List it once."),
        (["make", "{cat}", "-e", "sparkle"], "Effects: blur, recursive, cyclic"),
        (
            ["make", "{cat}", "--pack", "sparkle"],
            "Unknown pack 'sparkle'. Packs: classic, emoji, reactions, calm, all. For an effect, use -e.",
        ),
        (["make", "{cat}", "-e", "blur", "--pack", "all"], "not allowed with"),
        (
            ["make", "{cat}", "--size", "5000"],
            "--size=5000 is not valid. Use a whole number from 16 to 1080 px",
        ),
        (["make", "{cat}", "--size", "big"], "a whole number from 16 to 1080 px"),
        (["make", "{cat}", "--preset", "best"], "one of fast, small, balanced, crisp, smooth"),
        (
            ["make", "{cat}", "-p", "colour=red"],
            "Unknown option 'colour'. Options: --background, --calm, --caption, ",
        ),
        (["make", "{cat}", "-p", "duration"], "not of the form NAME=VALUE"),
        (["make", "{cat}", "-p", "duration=99"], "a multiple of 0.1 from 0.2 to 10 s"),
        (["make", "{cat}", "-p", "=1"], "-p =1 is not of the form NAME=VALUE"),
        (
            ["make", "{cat}", "-p", "turns=1", "-p", "size=32", "-p", "turns=2"],
            "Option 'turns' is given twice.",
        ),
        (["make", "/"], "gifmill: /: This is a folder. Name its photos, such as /*.jpg."),
        (["make", "./no/such.jpg"], "gifmill: ./no/such.jpg: No such file. Check the name."),
        (["make", "/proc/self/mem"], "Cannot read the file: Input/output error. Check that"),
        (["serve", "--port", "70000"], "--port=70000 is not valid. Use a whole number from 0 to 65535"),
        (["serve", "--workers", "0"], "a whole number from 1 to"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_input_error_is_one_line_with_a_solution(
    arguments: list[str], expected: str, cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(cat=cat) for argument in arguments]) == 2
    assert expected.format(cat=cat) in error_line(capsys)


def test_every_common_option_has_a_placeholder_with_its_choices_or_its_unit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["make", "--help"])
    help_text = capsys.readouterr().out
    for placeholder in (
        "--for PLATFORM",
        "--crop none|square",
        "--format gif|webp",
        "--max-bytes N",
        "--size PX",
    ):
        assert placeholder in help_text


def test_a_misspelt_setting_is_reported_once_and_not_as_an_error_of_a_photo(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIFMILL_MAXQUEUE", "3")

    assert make(cat, "dog.jpg", "-o", out) == 2

    assert error_line(capsys).startswith("gifmill: Unknown setting GIFMILL_MAXQUEUE. ")
    assert not out.exists()


def test_an_empty_file_name_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert make("") == 2
    assert "name of a photo is empty" in error_line(capsys)


def test_an_option_given_twice_is_rejected(cat: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(cat, "--size", "300", "-p", "size=200") == 2
    assert "Option '--size' is given twice. Give it once." in error_line(capsys)


def test_control_characters_in_a_file_name_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    assert make("no\nsuch\x1b[31m.jpg") == 2
    assert r"no\nsuch\x1b[31m.jpg" in error_line(capsys)


def test_a_photo_over_25_mb_is_accepted(tmp_path: Path, out: Path) -> None:
    large = tmp_path / "large.bmp"
    Image.new("RGB", (4_000, 2_200), "teal").save(large)
    assert large.stat().st_size > 26_000_000

    assert make(large, "-e", "blur", "--size", "16", "-o", out) == 0


def test_a_photo_over_the_limit_is_rejected_with_the_setting_to_increase(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.bmp"
    with large.open("wb") as file:
        file.truncate(200_000_001)

    assert make(large, "-o", out) == 2
    printed = error_line(capsys)
    assert "200.1 MB; the limit is 200 MB. Use a smaller version of it." in printed
    assert "Or increase GIFMILL_MAX_PHOTO_BYTES" in printed

    monkeypatch.setenv("GIFMILL_MAX_PHOTO_BYTES", "300000000")
    assert make(large, "-o", out) == 2
    assert "not an image that gifmill reads" in error_line(capsys)


def test_effects_lists_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effects"]) == 0
    assert capsys.readouterr().out == "\n".join(list_effects()) + "\n"

    assert main(["effects", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(describe_effects()))


def test_version_and_help_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, expected in ((["--version"], gifmill.__version__), (["make", "--help"], "--preset")):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        assert expected in capsys.readouterr().out


def test_the_emoji_pack_makes_squares_for_slack_unless_options_override_it(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["make", cat, "--pack", "emoji", "-o", str(out), "--json"]) == 0
    made = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {gif["effect"] for gif in made} == set(PACKS["emoji"])
    assert {(gif["width"], gif["height"]) for gif in made} == {(80, 80)}  # the photo is 120 x 80
    assert all(gif["bytes"] <= 128_000 for gif in made)

    assert main(["make", cat, "--pack", "emoji", "--crop", "none", "-o", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["width"] == 120


def test_reductions_for_the_byte_limit_are_reported(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (cat, "-e", "zoom", "--max-bytes", "20000", "-o", out)
    assert make(*arguments) == 0
    assert " px instead of 120" in capsys.readouterr().out.split("to fit: ")[1]

    assert make(*arguments, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["given_up"][0].endswith(" px instead of 120")
    assert document["bytes"] == (out / "cat-zoom.gif").stat().st_size <= 20_000


def test_an_unmet_byte_limit_is_an_error_with_the_smallest_size_reached(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, "-e", "zoom", "--max-bytes", "100", "-o", out) == 2
    assert "limit of 100 cannot be met" in error_line(capsys)


def test_a_photo_is_cropped_before_it_is_downscaled_for_a_platform(tmp_path: Path, out: Path) -> None:
    Image.new("RGB", (800, 200)).save(tmp_path / "wide.png")
    assert make(tmp_path / "wide.png", "-e", "blur", "--for", "slack-emoji", "-o", out) == 0
    with Image.open(out / "wide-blur.gif") as image:
        assert image.size == (128, 128)
