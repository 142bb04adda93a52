"""Translations: completeness, the visitor's language, and text that is never read as HTML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.dialog_states import dialog_open
from tests.browser.states import Sample, all_ready, photo_gone
from tests.browser.steps import (
    EFFECTS,
    PHOTOS_URL,
    card,
    choose_photo,
    delete_photo,
    expect_count,
    expect_gifs,
    pass_cards,
)
from tests.servers import serving

from gifmill.errors import GifmillError
from gifmill.rendering.catalogue import describe_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page
    from tests.servers import Server

PAGE = Path(__file__).parents[2] / "src/gifmill/page"

OTHER_LANGUAGES = ("de",)
"""The languages besides English."""

HTML_NAME = "<img src=x onerror=\"document.title='read as HTML'\">'$(touch x).jpg"
"""A file name that must be shown as it is."""


@pytest.fixture
def german_page(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page for a German visitor."""
    with visiting(browser, server, locale="de-AT") as opened_page:
        yield opened_page


def load_texts(page: Page, language: str) -> dict[str, Any]:
    """Return a language's texts by key, or the number of parameters for functions."""
    found: dict[str, Any] = page.evaluate(
        """async (language) => {
            const { default: texts } = await import(`/strings-${language}.js`);
            const describe = ([key, text]) => [key, typeof text === "function" ? text.length : text];
            return Object.fromEntries(Object.entries(texts).map(describe));
        }""",
        language,
    )
    return found


def test_each_language_has_a_file_and_is_tested() -> None:
    known = re.findall(r"(\w+): \"(?:ltr|rtl)\"", (PAGE / "locale.js").read_text())
    assert sorted(known) == sorted(path.stem.removeprefix("strings-") for path in PAGE.glob("strings-*.js"))
    assert sorted(known) == sorted(("en", *OTHER_LANGUAGES))


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_each_language_has_every_key_of_english_in_its_order(page: Page, language: str) -> None:
    english, other = load_texts(page, "en"), load_texts(page, language)
    assert list(other) == list(english)
    assert {key: type(word) for key, word in other.items()} == {
        key: type(word) for key, word in english.items()
    }
    parameters = {key: number for key, number in english.items() if isinstance(number, int)}
    assert {key: other[key] for key in parameters} == parameters
    assert [key for key, word in other.items() if word == ""] == []


@pytest.mark.parametrize("language", ["en", *OTHER_LANGUAGES])
def test_no_text_is_defined_twice(page: Page, language: str) -> None:
    """The second of two equal keys would silently replace the first."""
    files = [
        f"strings-{language}.js",
        *(["registry-de.js"] if language == "de" else []),
    ]  # the latter's keys are added
    written = [
        key for name in files for key in re.findall(r"^  (\w+)[:,]", (PAGE / name).read_text(), re.MULTILINE)
    ]
    assert sorted(written) == sorted(load_texts(page, language))


def test_text_keys_are_all_defined_and_all_used(page: Page) -> None:
    used = set(re.findall(r'data-i18n(?:-\w+)?="(\w+)"', (PAGE / "index.html").read_text()))
    for script in PAGE.glob("*.js"):
        if not script.stem.startswith("strings-"):
            used |= set(re.findall(r"\bt\.(\w+)", script.read_text()))
    assert used == set(load_texts(page, "en"))


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_each_language_translates_the_registry(page: Page, language: str) -> None:
    registry, other = describe_effects(), load_texts(page, language)
    params = [param for effect in registry["effects"] for param in effect["params"]] + registry["options"]
    choices = {choice for param in params if param["name"] != "for" for choice in param.get("choices", ())}
    assert {effect["name"] for effect in registry["effects"]} <= set(other["effects"])
    assert {param["name"] for param in params} <= set(other["labels"])
    assert {param["name"] for param in params} <= set(other["params"])
    assert choices <= set(other["choices"])
    assert {target["name"] for target in registry["targets"]} <= set(other["platforms"])


@pytest.mark.parametrize("language", ["en", *OTHER_LANGUAGES])
def test_each_effect_has_a_caption(page: Page, language: str) -> None:
    script = "async (language) => Object.keys((await import(`/captions-${language}.js`)).default)"
    assert page.evaluate(script, language) == [effect["name"] for effect in describe_effects()["effects"]]


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_each_language_translates_every_problem_of_the_page(page: Page, language: str) -> None:
    def codes(kind: type[GifmillError]) -> set[str]:
        return {kind.code}.union(*(codes(each) for each in kind.__subclasses__()))

    not_in_the_page = {"invalid_input", "invalid_photo", "invalid_key", "invalid_setting"}
    not_in_the_page |= {"missing_extra", "plugin_failed"}
    script = "async (language) => Object.keys((await import(`/strings-${language}.js`)).default.problems)"
    assert codes(GifmillError) - not_in_the_page <= set(page.evaluate(script, language))


def test_texts_show_the_servers_limits(browser: Browser, tmp_path: Path) -> None:
    limits = {"GIFMILL_PHOTO_LIFETIME_S": "1800", "GIFMILL_MAX_PHOTO_BYTES": "5000000"}
    with serving(tmp_path, environ=limits) as server, visiting(browser, server) as page:
        expect(page.locator(".privacy")).to_have_text("Private. Deleted after 30 minutes.")
        expect(page.locator(".file-formats")).to_have_text("JPEG, PNG, HEIC, WebP and more, up to 5 MB")


def test_the_html_has_the_english_texts(page: Page) -> None:
    """The texts in the HTML are shown without scripts, and a translation into English changes nothing."""
    page.goto(page.url.split("?")[0] + "?lang=en")
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)
    expect(page.locator("#platform option").nth(1)).to_be_attached()  # from the registry
    before = page.content()
    script = """async () => {
        const i18n = await import("/i18n.js");
        i18n.translatePage(document);
        i18n.showLimits({ photo_lifetime_s: 60, max_photo_bytes: 1 });
        i18n.showLimits();
    }"""
    page.evaluate(script)
    assert page.content().replace(' dir="ltr"', "") == before.replace(' dir="ltr"', "")


def test_a_german_visitor_sees_german_texts(german_page: Page, photo: bytes) -> None:
    expect(german_page.locator("html")).to_have_attribute("lang", "de")
    expect(german_page).to_have_title(re.compile("ein Foto rein"))
    expect(german_page.get_by_role("heading", level=1)).to_have_text("Ein Foto rein.25 GIFs raus.")
    choose_photo(german_page, photo)
    expect(german_page.locator("#progress-text")).to_have_text(re.compile("fertig, mehr beim Scrollen$"))
    pass_cards(german_page)
    expect_count(german_page, f"Alle {len(EFFECTS)} fertig")


@pytest.mark.parametrize(
    "reach", [None, photo_gone, all_ready, dialog_open], ids=["start", "gone", "ready", "dialog"]
)
def test_no_english_text_is_left_on_the_german_page(
    browser: Browser, server: Server, sample: Sample, reach: Callable[[Page, Sample], None] | None
) -> None:
    """No text of the English page is on the German one, except names of effects and formats."""
    script = """() => {
        const seen = [...document.querySelectorAll("body *:not(script, template, code)")]
            .filter((element) => element.checkVisibility())
            .filter((element) => !element.closest("code, [lang]:not(html), #photo-name"));
        const texts = seen.flatMap(({ childNodes }) => [...childNodes])
            .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
            .map(({ data }) => data.trim().replace(/,$/, ""));
        const labels = seen.flatMap((element) => [element.ariaLabel, element.alt, element.title]);
        return [...texts, ...labels].filter((words) => /[a-z]{3}/i.test(words ?? ""));
    }"""
    found = {}
    for language in ("en", "de"):
        with visiting(browser, server) as page:
            page.goto(f"/?lang={language}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            if reach:
                _reach_state(language, page, sample, reach)
            found[language] = set(page.evaluate(script))
    assert found["en"] & found["de"] <= _SAME_IN_BOTH


_SAME_IN_BOTH = {effect["name"] for effect in describe_effects()["effects"]} | {
    *("GIF", "GIFs", "WebP", "Format", "GIPHY", "gifmill", "curl")
}


def _reach_state(language: str, page: Page, sample: Sample, reach: Callable[[Page, Sample], None]) -> None:
    if language == "en":
        reach(page, sample)
        return
    if reach is photo_gone:
        page.goto("/?lang=de#photo=" + "a" * 26)
        expect(page.locator("body")).to_have_attribute("data-view", "gone")
        return
    if reach is dialog_open:
        page.goto(f"/?lang=de#photo={sample.finished_id}")
    else:
        choose_photo(page, sample.photo)
    pass_cards(page)
    expect(page.locator("#progress-text")).to_have_text(f"Alle {len(EFFECTS)} fertig")
    if reach is dialog_open:
        card(page, "glitch").locator(".card-open").click()
        expect(page.locator("#preview-picture img")).to_be_visible()


def test_the_urls_language_overrides_the_browsers(german_page: Page) -> None:
    german_page.goto("/?lang=en")
    expect(german_page.get_by_role("button", name="Choose a photo")).to_be_visible()
    german_page.goto("/?lang=de")
    expect(german_page.get_by_role("button", name="Foto wählen")).to_be_visible()


def test_the_urls_language_survives_an_upload_and_a_deletion(page: Page, photo: bytes) -> None:
    page.goto("/?lang=de")
    choose_photo(page, photo)
    expect(page).to_have_url(re.compile(r"\?lang=de#photo="))
    delete_photo(page)
    expect(page.get_by_text("Foto und GIFs gelöscht.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?lang=de$"))


def test_an_upload_continues_after_a_change_of_language(page: Page, photo: bytes) -> None:
    page.route(PHOTOS_URL, lambda _: None, times=1)  # the upload never ends
    with page.expect_request(PHOTOS_URL):
        choose_photo(page, photo, "Kätzchen.jpg")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    pass_cards(page)
    expect(page.locator("#progress-text")).to_have_text(f"Alle {len(EFFECTS)} fertig")
    expect(page.get_by_text("Kätzchen.jpg")).to_be_visible()
    assert page.evaluate("caches.keys()") == []


def test_an_unknown_language_falls_back_to_english(browser: Browser, server: Server) -> None:
    with visiting(browser, server, locale="fr-FR") as page:
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.goto("/?lang=../x")
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_numbers_are_formatted_for_the_language(page: Page) -> None:
    script = 'async () => (await import("/locale.js")).formatKilobytes(1_234_567)'
    assert page.evaluate(script) == "1,235 KB"
    page.goto("/?lang=de")
    assert page.evaluate(script) == "1.235 KB"


def test_the_hour_after_midnight_is_zero(page: Page) -> None:
    script = 'async () => (await import("/locale.js")).formatClock(new Date(2026, 0, 1, 0, 5).getTime())'
    assert page.evaluate(script) == "Thu 00:05"


def _expect_no_html(page: Page) -> None:
    """Expect that `HTML_NAME` has not become an element and has not run."""
    assert page.locator("img[src='x'], [onerror]").count() == 0
    assert "read as HTML" not in page.title()


def test_a_file_name_is_never_read_as_html_in_panel_and_dialog(page: Page, photo: bytes) -> None:
    choose_photo(page, photo, HTML_NAME)
    expect_gifs(page)
    expect(page.locator("#photo-name")).to_contain_text(HTML_NAME)
    card(page, "blur").locator(".card-open").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#preview-picture img")).to_be_visible()
    _expect_no_html(page)
    page.reload()  # now the name comes from the history entry
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#photo-name")).to_contain_text(HTML_NAME)
    _expect_no_html(page)


def test_a_file_name_is_never_read_as_html_in_alerts(page: Page) -> None:
    choose_photo(page, b"%PDF-1.7", HTML_NAME)
    expect(page.get_by_role("alert")).to_contain_text(HTML_NAME)
    _expect_no_html(page)


def test_the_servers_text_is_never_read_as_html(page: Page, photo: bytes) -> None:
    problem = {"code": "x", "title": HTML_NAME, "detail": HTML_NAME}
    page.route(PHOTOS_URL, lambda route: route.fulfill(status=400, json=problem))
    choose_photo(page, photo)
    expect(page.get_by_role("alert")).to_contain_text(HTML_NAME)
    _expect_no_html(page)


def test_the_url_is_never_read_as_html(page: Page) -> None:
    page.goto("/#photo=<img src=x onerror=alert(1)>&open=<img src=x>&glitch=<img src=x>")
    expect(page.locator("body")).not_to_have_attribute("data-view", "start")
    _expect_no_html(page)


def test_the_html_has_no_inline_styles_or_scripts() -> None:
    html = (PAGE / "index.html").read_text()
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)[^>]*>|javascript:", html) == []
