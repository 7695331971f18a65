"""The pages in real Chromium: what a reader sees, follows and filters."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.browser import CHROMIUM, QUIET, serving

pytestmark = pytest.mark.journey

SHOTS = Path(__file__).parents[2] / "test-output" / "screenshots"
ARTICLES = [
    {
        "id": f"story/{i}",
        "title": f"Cabinet <script>alert({i})</script> asks for a force",
        "publisher": "Toy Wire",
        "published": f"2026-0{i}-10",
        "text": (
            "The cabinet on Monday asked the African Union to send peacekeepers to the north. "
            f"Chad ruled out sending soldiers for the {i}th time.\n\n"
            '"We will not accept foreign troops," opposition leader Amadi Terfaso said. '
            "He warned that the union would fail."
        ),
    }
    for i in range(1, 7)
]


@pytest.fixture(scope="module")
def site(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(home / "models", folder / "models")
    with serving(folder) as url:
        for article in ARTICLES:
            answer = httpx.post(f"{url}/v1/documents", json=article, timeout=60)
            assert answer.status_code in {200, 201}, answer.text
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert "CI" not in os.environ, "CI has no chromium: .ci/run installs it"
        pytest.skip("needs Debian's chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    opened.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    yield opened
    context.close()
    assert faults == []


def test_a_sample_is_tagged_and_a_highlight_leads_to_its_evidence(page: Page):
    page.goto("/")
    page.get_by_role("link", name="Cabinet in Bangui asks").click()

    sentence = page.locator("a.sentence").nth(0)
    sentence.click()

    panel = page.locator("#s1")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("heading")).to_contain_text("Sentence 1")
    expect(panel.locator("table.why").first).to_be_visible()
    expect(page.locator("#s2")).to_be_hidden()


def test_a_pasted_article_is_tagged(page: Page):
    page.goto("/")
    page.get_by_label("Article", exact=True).fill("Chad will not send <b>troops</b>.")
    page.get_by_role("button", name="Tag it").click()

    expect(page.locator("a.sentence")).to_contain_text("Chad will not send <b>troops</b>.")


def test_a_fault_is_told_in_plain_words(page: Page, site: str):
    answer = httpx.post(f"{site}/", data={"text": "\0"})

    assert answer.status_code == 422
    assert "NUL" in answer.text


def test_the_monitor_is_filtered_and_leads_to_the_article(page: Page):
    page.goto("/monitor")
    before = page.locator("ol.statements li").count()
    assert before

    page.get_by_label("Words").fill("Chad")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile("q=Chad"))
    page.locator("ol.statements li").first.get_by_role("link", name="Cabinet").click()

    expect(page.locator("article h2")).to_contain_text("<script>alert(")
    expect(page.locator("a.sentence").first).to_be_visible()


def test_charts_are_drawn_under_the_strict_policy_and_have_their_numbers(page: Page, site: str):
    page.goto("/monitor")

    expect(page.locator(".chart svg").first).to_be_visible(timeout=20_000)
    numbers = httpx.get(f"{site}/charts/by-actor.csv").text
    assert numbers.splitlines()[0] == "actor,stance,count"
    assert httpx.get(f"{site}/charts/over-time.svg", timeout=60).text.startswith("<svg")
    assert httpx.get(f"{site}/charts/over-time.png", timeout=60).content.startswith(b"\x89PNG")
    assert httpx.get(f"{site}/charts/nothing.svg").status_code == 404


@pytest.mark.parametrize("path", ["/", "/?sample=sample-1#s1", "/monitor", "/documents/story/1"])
def test_no_page_has_a_serious_barrier(page: Page, path: str):
    page.goto(path)

    found: dict[str, Any] = Axe().run(page).response
    serious = [
        (fault["id"], [node["html"][:120] for node in fault["nodes"]])
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]

    assert serious == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit_their_screen(browser: Browser, site: str, width: int, scheme: Any):
    SHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    shown = context.new_page()
    for name, path in {
        "try-it": "/?sample=sample-1#s1",
        "monitor": "/monitor",
        "article": "/documents/story/1",
    }.items():
        shown.goto(path, wait_until="networkidle")
        shown.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)

        wide = shown.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
    context.close()
