"""The pages in real Chromium: what a reader sees, follows and filters."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from labels.labelled_set import LabelledSet, shipped
from model.artefact import Provenance
from model.tagger import Tagger
from tests.journeys.browser import CHROMIUM, QUIET, serving
from training.registry import Registry

pytestmark = pytest.mark.journey

PATHS = [
    "/",
    "/?sample=sample-1#s1",
    "/monitor",
    "/documents/story/1",
    "/actors/AU",
    "/network",
    "/label",
    "/agreement",
    "/models",
    "/feeds",
]
SHOTS = Path(__file__).parents[2] / "test-output" / "screenshots"
ARTICLES: list[dict[str, Any]] = [
    {
        "id": "story/1",
        "title": "Cabinet <script>alert(1)</script> asks for a force",
        "publisher": "Toy Wire",
        "published": "2026-01-10",
        "text": (
            "The cabinet on Monday asked the African Union to send peacekeepers to the north. "
            "Chad ruled out sending soldiers.\n\n"
            '"We will not accept foreign troops," opposition leader Amadi Terfaso said. '
            "He warned that the union would fail."
        ),
    },
    *(coded.document.to_json() for coded in shipped().documents if coded.origin == "w13"),
]


@pytest.fixture(scope="module")
def site(
    tagger: Tagger, small_set: LabelledSet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    registry = Registry(folder)
    # The small tagger is unsure of all that it says, and the monitor leaves out what is unsure.
    bold = Tagger(tagger.heads, scheme=tagger.scheme)
    for day in (2, 3):
        made = Provenance(datetime(2026, 1, day, tzinfo=UTC), small_set.sha256, 1, 1, 0)
        version = registry.add(bold, made, who="tests", why="fixture")
        if day == 2:
            registry.promote(version.id, who="tests", why="fixture")
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
    # An answer of 409 to a form is part of a story; anything else in the console is a fault.
    opened.on(
        "console",
        lambda m: faults.append(m.text) if m.type == "error" and " 409 " not in m.text else None,
    )
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
    told = page.locator("p.quote").first.inner_text()
    word = max(re.findall(r"[a-z]{4,}", told), key=len)

    page.get_by_label("Words").fill(word)
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(f"q={word}"))
    page.locator("ol.statements li").first.get_by_role("link").last.click()

    expect(page.locator("a.sentence").first).to_be_visible()


def test_markup_in_an_article_is_text(page: Page):
    page.goto("/documents/story/1")

    expect(page.locator("article h2")).to_contain_text("<script>alert(1)</script>")


def test_charts_are_drawn_under_the_strict_policy_and_have_their_numbers(page: Page, site: str):
    page.goto("/monitor")

    expect(page.locator(".chart svg").first).to_be_visible(timeout=20_000)
    numbers = httpx.get(f"{site}/charts/by-actor.csv").text
    assert numbers.splitlines()[0] == "actor,stance,count"
    assert httpx.get(f"{site}/charts/over-time.svg", timeout=60).text.startswith("<svg")
    assert httpx.get(f"{site}/charts/over-time.png", timeout=60).content.startswith(b"\x89PNG")
    assert httpx.get(f"{site}/charts/nothing.svg").status_code == 404


def test_five_sentences_are_labelled_by_keyboard_and_one_is_taken_back(page: Page, site: str):
    page.goto("/label")
    page.get_by_label("Your name as a coder").fill("Ada")
    page.keyboard.press("Enter")
    expect(page.locator("#coding")).to_be_visible()

    for done in range(5):
        expect(page.get_by_role("status")).to_contain_text(f"{done} coded")
        page.locator("h1").click()
        page.keyboard.press(str(done % 4 + 1))
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("5 coded")
    page.keyboard.press("u")

    expect(page.get_by_role("status")).to_contain_text("4 coded")


def test_two_coders_differ_and_somebody_decides(page: Page, site: str):
    sentence = {"start": 0, "end": 67, "speaker_type": "host_government", "speaker": "the cabinet"}
    text = str(ARTICLES[0]["text"])
    sentence["end"] = text.index(". ") + 1
    for coder, stance in (("Bo", "favor"), ("Cy", "against")):
        body = {
            "document": ARTICLES[0]["id"],
            "coder": coder,
            "sentences": [{**sentence, "stance": stance, "proposed_actors": ["AU"]}],
        }
        answer = httpx.post(f"{site}/v1/judgements", json=body)
        assert answer.is_success, answer.text

    page.goto("/agreement")
    page.locator("li").filter(has_text="The cabinet on Monday").get_by_label("Bo:").check()
    page.get_by_role("button", name="Decide").first.click()

    expect(page.get_by_role("heading", name="To be decided")).to_be_visible()
    expect(page.locator("li").filter(has_text="The cabinet on Monday")).to_have_count(0)


def test_a_version_is_promoted_and_rolled_back(page: Page, site: str):
    page.goto("/models")
    serving_now = page.locator("section", has_text="serves").get_by_role("heading").inner_text()
    other = page.get_by_role("button", name="serve").first
    other.click()
    expect(page.locator("section", has_text="serves").get_by_role("heading")).not_to_have_text(
        serving_now
    )

    page.get_by_role("button", name="Go back to the version before").click()

    expect(page.locator("section", has_text="serves").get_by_role("heading")).to_have_text(
        serving_now
    )


def test_a_feed_is_added_and_a_wrong_address_is_told(page: Page):
    page.goto("/feeds")
    page.get_by_label("Address of an RSS").fill("https://feeds.example/wire.xml")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("ol.statements li")).to_contain_text("feeds.example/wire.xml")
    page.get_by_label("Address of an RSS").fill("https://feeds.example/wire.xml")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()

    page.get_by_role("button", name="Remove").click()

    expect(page.locator("ol.statements li")).to_have_count(0)


def test_the_network_can_be_taken_to_gephi_and_dna(site: str, page: Page):
    page.goto("/network")

    assert b"<graphml" in httpx.get(f"{site}/network.graphml").content
    assert b"<gexf" in httpx.get(f"{site}/network.gexf").content
    assert httpx.get(f"{site}/network.dna").content.startswith(b"SQLite format 3")
    assert httpx.get(f"{site}/network.xls").status_code == 404


def test_a_form_of_another_site_is_refused(site: str):
    answer = httpx.post(
        f"{site}/models", data={"act": "rollback"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("path", PATHS)
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
        "network": "/network",
        "models": "/models",
        "feeds": "/feeds",
    }.items():
        shown.goto(path, wait_until="networkidle")
        shown.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)

        wide = shown.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
    context.close()
