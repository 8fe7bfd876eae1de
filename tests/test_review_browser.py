"""The page of mtqa review in a real browser, on the embedded model. Needs Chromium and the package playwright."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SEED = Path(__file__).parent.parent / "seeds" / "000_3d0557e54902f2a4.txt"
LINES = {  # words of a sentence, before and after
    "She said Trump that": "She told Trump that",
    "us in our.": "us in ours.",
    "when Sheinbaum was chosen": "when Sheinbaum was elected",
}

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [pytest.mark.network, pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    shutil.copy(SEED, tmp_path / "article.txt")
    command = [sys.executable, "-m", "mtqa", "review", "article.txt", "--no-browser", "--as", "Ada"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield re.search(r"http://\S+", process.stdout.readline())[0]  # type: ignore[index]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as engine:
        opened = engine.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS.split())
        yield opened
        opened.close()


def reach(page: Any, words: str) -> None:
    """Go from sentence to sentence by the keyboard until one with ``words`` is at hand."""
    for key in ("K", "J"):
        for _ in range(60):
            if words in (page.text_content("article .sentence.current") or ""):
                return
            before = page.get_attribute("article .sentence.current", "id")
            page.keyboard.press(key)
            try:
                page.wait_for_function(
                    "id => document.querySelector('article .sentence.current').id !== id", arg=before, timeout=1500
                )
            except playwright.TimeoutError:
                break
    raise AssertionError(f"no sentence with {words!r}")


def test_an_article_is_repaired_by_the_keyboard(address: str, browser: Any, tmp_path: Path) -> None:
    page = browser.new_page(accept_downloads=True)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "favicon" not in str(said.location) else None)
    page.goto(address)
    page.wait_for_selector(".card.current [data-do=accept]")
    page.keyboard.press("1")
    page.wait_for_selector(".card.edited.current")
    assert "now" in page.text_content("#status")
    for before, after in LINES.items():
        reach(page, before)
        number = page.get_attribute(".card.current", "data-segment")
        page.keyboard.press("e")
        area = page.locator(".card.current textarea")
        assert area.evaluate("area => area === document.activeElement")
        area.evaluate(  # the caret behind the words, as a person puts it there
            "(area, [at, end]) => area.setSelectionRange(at, end)",
            [area.input_value().index(before), area.input_value().index(before) + len(before)],
        )
        page.keyboard.insert_text(after)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(f"#s{number}.edited")
        assert page.evaluate("document.activeElement.id") == f"s{number}"
    reach(page, "In response to a report by Wall Street Journal")
    page.keyboard.press("x")
    page.keyboard.insert_text("as in the original")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card.dismissed.current")
    done = page.text_content("#count")
    page.reload()
    assert page.text_content("#count") == done
    assert page.locator(".sentence.edited").count() == 4
    page.click("text=Export")
    with page.expect_download() as download:
        page.click("text=Repaired file")
    content = SEED.read_bytes().decode()
    for before, after in {**LINES, "fentanyllabors": "fentanyl labors"}.items():
        assert content.count(before) == 1
        content = content.replace(before, after)
    assert Path(download.value.path()).read_bytes() == content.encode()
    assert (tmp_path / "article.txt").read_bytes() == SEED.read_bytes()
    kept = [json.loads(line) for line in (tmp_path / "article.txt.edits.jsonl").read_text("utf-8").splitlines()]
    assert [row["kind"] for row in kept] == ["accept", "edit", "edit", "edit", "dismiss"]
    assert kept[-1]["reason"] == "as in the original"
    assert not troubles


def test_two_tabs_show_both_texts(address: str, browser: Any) -> None:
    context = browser.new_context()
    tabs = [context.new_page(), context.new_page()]
    for tab in tabs:
        tab.goto(address)
        tab.wait_for_selector(".card.current")
    for tab, text in zip(tabs, ("Mine was first.", "Mine was second."), strict=True):
        tab.keyboard.press("e")
        tab.fill(".card.current textarea", text)
        tab.keyboard.press("Control+Enter")
    tabs[1].wait_for_selector(".card.current .note")
    assert "Mine was first." in tabs[1].text_content(".card.current .now")
    assert tabs[1].input_value(".card.current textarea") == "Mine was second."
    tabs[1].click(".card.current [data-do=save]")
    tabs[1].wait_for_selector(".card.current:not(:has(.note))")
    assert "Mine was second." in tabs[1].text_content(".card.current .now")


def test_suggestions_come_without_a_reload_and_say_what_they_are_worth(address: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector(".card.current .suggestions:not([data-looking])")
    assert "falls by" in page.text_content(".card.current .suggestions")
    page.keyboard.press("j")
    page.wait_for_selector(".card.current .suggestions:not([data-looking]) summary")
    assert not page.is_visible(".card.current .dropped li")
    page.click(".card.current .dropped summary")
    assert "it must fall by" in page.text_content(".card.current .dropped")


def test_without_scripts_the_article_is_shown_and_suggestions_when_it_is_loaded_again(
    address: str, browser: Any
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    assert page.is_visible("text=Reload the page to see them")
    for _ in range(60):
        page.wait_for_timeout(500)
        page.reload()
        if page.is_visible("text=falls by"):
            break
    assert page.is_visible("text=falls by")
    assert page.is_visible("text=Scripts are off")
    assert page.is_visible("article >> text=fentanyllabors")
    assert not page.locator("button:visible").count()


def test_the_export_menu_closes_on_escape_and_on_a_click_elsewhere(address: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector(".card.current")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.click("article h2"),
        lambda: page.focus(".bar button"),
    ):
        page.click("text=Export")
        assert page.is_visible("text=Repaired file")
        leave()
        assert page.is_hidden("text=Repaired file")
    page.click("text=Export")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Export"


def test_a_phone_shows_the_card_at_hand_and_then_the_article(address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    page.wait_for_selector(".card.current")
    assert page.locator(".card:visible").count() == 1
    assert page.locator(".card.current").bounding_box()["y"] < page.locator("article").bounding_box()["y"]
    first = page.get_attribute(".card.current", "id")
    page.click("[data-do=next]")
    assert page.get_attribute(".card.current", "id") != first
    page.click("[data-do=previous]")
    assert page.get_attribute(".card.current", "id") == first


def test_an_unflagged_sentence_is_not_called_sound(address: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(address)
    page.click("article >> text=Trump reports Sheinbaum and asked")
    page.wait_for_selector(".card.current >> text=Not flagged")
    assert "sentences that an editor must repair" in page.text_content(".card.current")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(address: str, browser: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address)
    page.wait_for_selector(".card.current")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
