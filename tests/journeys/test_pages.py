"""The pages in real Chromium: what a reader sees, follows and filters."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from labels.labelled_set import LabelledSet
from model.manifest import Provenance
from model.tagger import Tagger
from tests.coded import coded_file
from tests.journeys.browser import CHROMIUM, QUIET, serving
from tests.site import Site, page as web_page, rss, running_site
from training import report
from training.evaluate import evaluate
from training.registry import Registry

pytestmark = pytest.mark.journey

# Every page, by the name of its screenshots.
PAGES = {
    "try-it": "/",
    "sample": "/?sample=sample-1#s1",
    "monitor": "/monitor",
    "filtered": "/monitor?q=force&stance=favor",
    "article": "/documents/story/1",
    "explained": "/documents/story/1?explain=1#s1",
    "speaker": "/speakers/Amadi%20Terfaso",
    "actor": "/actors/AU",
    "network": "/network",
    "label": "/label",
    "agreement": "/agreement",
    "models": "/models",
    "version": "/models/{version}",
    "compare": "/compare",
    "compared": "/compare?first={version}&second={version}&on=samples",
    "feeds": "/feeds",
    "alerts": "/alerts",
    "interface": "/docs",
    "sign-in": "/sign-in",
    "fault": "/documents/nothing",
}
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
# One of each width and of each scheme: axe takes a second a page.
SEEN_BY_AXE = {(1280, "dark"), (390, "light")}
# Of script and style on a page, but for Vega, which draws the charts.
BUDGET = 300_000
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
    *(one.document.to_json() for one in coded_file("w13")),
]


@pytest.fixture(scope="module")
def site(
    tagger: Tagger, small_set: LabelledSet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    registry = Registry(folder)
    # The small tagger is unsure of all that it says, and the monitor leaves out what is unsure.
    bold = Tagger(tagger.heads, scheme=tagger.scheme)
    coded = small_set.documents[:8]
    measured = evaluate(coded, bold.tag([one.document for one in coded]), bold.scheme, n_boot=20)
    figures = dict(report.manifest_figures(measured, small_set.sha256))
    for day in (2, 3):
        created = datetime(2026, 1, day, tzinfo=UTC)
        made = Provenance(created, small_set.sha256, 1, 400 + day, 0, figures=figures)
        beside = report.files(measured, title="Report")
        version = registry.add(bold, made, who="tests", why="fixture", beside=beside)
        if day == 2:
            registry.promote(version.id, who="tests", why="fixture")
    with serving(folder, STANCEWIRE_ALLOW_PRIVATE="1") as url:
        for article in ARTICLES:
            answer = httpx.post(f"{url}/v1/documents", json=article, timeout=60)
            assert answer.status_code in {200, 201}, answer.text
        yield url


@pytest.fixture(scope="module")
def versions(site: str) -> list[str]:
    """The ids of the versions, newest first."""
    return re.findall(r'id="v-([^"]+)"', httpx.get(f"{site}/models").text)


@pytest.fixture
def news() -> Iterator[Site]:
    """A news site on loopback."""
    with running_site() as found:
        yield found


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
    # Answers of 40x and 502 to a form are part of a story; anything else in the console is a fault.
    told = re.compile(r" (404|409|502) ")
    opened.on(
        "console",
        lambda m: faults.append(m.text) if m.type == "error" and not told.search(m.text) else None,
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
    page.get_by_label("Text of an article").fill("Chad will not send <b>troops</b>.")
    page.get_by_role("button", name="Tag it").click()

    expect(page.locator("#t1")).to_contain_text("Chad will not send <b>troops</b>.")


def test_an_article_is_tagged_where_it_stands(page: Page, news: Site):
    text = "The cabinet asked the African Union to send peacekeepers to the north. " * 3
    url = news.add("/story", web_page("A force is asked for", text, text), Content_Type="text/html")
    page.goto("/")
    page.get_by_label("Address of an article").fill(url)
    page.get_by_role("button", name="Tag it").click()

    expect(page.get_by_role("heading", name="A force is asked for")).to_be_visible()
    expect(page.locator("#t1")).to_contain_text("The cabinet asked the African Union")


def test_who_speaks_on_is_joined_to_who_was_named_by_a_line(page: Page):
    page.goto("/documents/story/1")

    expect(page.locator("#t4")).to_contain_text("He warned")
    expect(page.locator("#t4")).to_have_attribute("data-source", "t3")
    expect(page.locator("svg.lines path")).to_have_count(1)


def test_a_wrong_tag_is_corrected_and_the_coding_is_kept(page: Page, site: str):
    page.goto("/documents/story/1#s2")
    page.locator("#s2").get_by_role("button", name="This is wrong").click()
    expect(page.locator("#asked")).to_have_text("Chad ruled out sending soldiers.")
    shot(page, "correct")
    assert serious(page) == []
    page.get_by_role("radio", name="against").check()
    page.get_by_role("radio", name="foreign government").check()
    page.get_by_label("Name n").fill("Chad")
    page.get_by_label("Your name as a coder").fill("Dee")
    page.get_by_role("button", name="Keep it").click()

    expect(page.get_by_role("status")).to_contain_text("your coding of sentence 2")
    expect(page.locator("#s2")).to_be_visible()
    kept = httpx.get(f"{site}/v1/judgements?coder=Dee").json()["judgements"]
    assert [(one["stance"], one["speaker"], one["said"] is None) for one in kept] == [
        ("against", "Chad", False)
    ]


def test_a_tag_of_a_sample_is_corrected_though_the_sample_is_not_stored(page: Page, site: str):
    page.goto("/?sample=sample-2#s1")
    page.locator("#s1").get_by_role("button", name="This is wrong").click()
    page.wait_for_url("**/correct")  # loaded, so that the script hears the keys
    page.keyboard.press("4")
    page.keyboard.press("a")
    page.get_by_label("Your name as a coder").fill("Fay")
    page.get_by_role("button", name="Keep it").click()

    expect(page.get_by_role("status")).to_contain_text("your coding of sentence 1")
    kept = httpx.get(f"{site}/v1/judgements?coder=Fay").json()["judgements"]
    assert [(one["stance"], one["speaker_type"]) for one in kept] == [("none", "author")]


def test_a_tag_is_copied_as_json(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/?sample=sample-1#s1")
    page.locator("#s1").get_by_role("button", name="Copy as JSON").click()

    expect(page.locator("#s1").get_by_role("button", name="Copied")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["start"] == 0
    assert "stance" in copied


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
    expect(page.locator(".chart svg")).to_have_count(3)
    expect(page.locator(".chart svg").first).to_contain_text("n = ")
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
        page.wait_for_load_state()  # loaded, so that the script hears the keys
        expect(page.get_by_role("radio", checked=True)).to_have_count(1)  # no stance is suggested
        page.keyboard.press(str(done % 4 + 1))
        page.keyboard.press("hfioc"[done])
        page.keyboard.press("n")
        page.keyboard.type("the ministry, as s and u are letters here")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("5 coded")
    kept = httpx.get(f"{site}/v1/judgements?coder=Ada").json()["judgements"]
    assert [one["speaker_type"] for one in kept] == [
        "host_government", "foreign_government", "intergovernmental", "opposition", "civil_society"
    ]  # fmt: skip
    page.keyboard.press("u")

    expect(page.get_by_role("status")).to_contain_text("4 coded")
    page.keyboard.press("s")
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
    heading = page.locator("section.serves").get_by_role("heading")
    serving_now = heading.inner_text()
    page.get_by_label("Why").fill("for a <b>trial</b>")
    page.get_by_role("button", name="serve").first.click()
    expect(heading).not_to_have_text(serving_now)
    expect(page.locator("ol.statements li").first).to_contain_text("for a <b>trial</b>")

    page.get_by_role("button", name="Go back to the version before").click()

    expect(heading).to_have_text(serving_now)


def test_two_versions_are_compared_on_the_same_sentences(page: Page):
    page.goto("/models")
    page.get_by_role("link", name="Compare it with the one that serves").click()

    expect(page.get_by_role("table", name="By field")).to_contain_text("stance")
    expect(page.get_by_text("They say the same of every sentence.")).to_be_visible()
    page.get_by_label("On", exact=True).select_option("judged")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Two versions on the same sentences")).to_be_visible()


def test_a_version_shows_how_good_it_is_and_what_it_takes_for_what(page: Page, versions: list[str]):
    page.goto("/models")
    expect(page.locator(".chart svg").first).to_be_visible(timeout=20_000)
    page.goto(f"/models/{versions[0]}")

    expect(page.get_by_role("img", name="Reliability diagram")).to_be_visible()
    expect(page.get_by_role("table", name="Stance").locator("tbody tr")).to_have_count(4)
    expect(page.get_by_role("row", name="Stance, macro F1")).to_contain_text(" to ")


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


def test_a_feed_is_tested_before_it_is_added(page: Page, news: Site):
    good = news.add("/rss", rss("A <i>wire</i>", ("https://n.example/1", "Force", "A force.")))
    page.goto("/feeds")
    page.get_by_label("Address of an RSS").fill(good)
    page.get_by_role("button", name="Test it").click()
    expect(page.get_by_role("status")).to_contain_text("It works. A")
    expect(page.get_by_role("status")).to_contain_text("1 entry now")
    assert serious(page) == []

    page.get_by_label("Address of an RSS").fill(news.url + "/nothing")
    page.get_by_role("button", name="Test it").click()

    expect(page.get_by_role("alert")).to_contain_text("There is nothing at this address (404).")


def test_an_alert_is_added_tested_and_its_log_tells_what_became_of_it(page: Page, news: Site):
    hook = news.add("/hook", "thanks")
    page.goto("/alerts")
    page.get_by_label("Name").fill("Desk <script>alert(2)</script>")
    page.get_by_label("Who is told").fill(hook)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("whsec_")
    page.get_by_role("button", name=re.compile("^Test ")).click()
    expect(page.locator("ol.statements > li")).to_contain_text("last delivered")
    assert b"a trial" in news.seen("/hook")[0].body

    news.answers.clear()
    page.get_by_role("button", name=re.compile("^Test ")).click()

    expect(page.locator("ol.statements > li")).to_contain_text(
        "There is nothing at this address (404)."
    )
    shot(page, "alerts-log")
    assert serious(page) == []
    page.get_by_role("button", name=re.compile("^Remove ")).click()
    expect(page.locator("ol.statements > li")).to_have_count(0)


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


@pytest.fixture(scope="module")
def looks(browser: Browser, site: str) -> Iterator[dict[tuple[int, str], Page]]:
    """A page for each width and colour scheme, of a coder."""
    opened = {}
    for width, scheme in LOOKS:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            color_scheme=cast(Any, scheme),
        )
        context.add_cookies([{"name": "stancewire_coder", "value": "Eve", "url": site}])
        opened[width, scheme] = context.new_page()
    yield opened
    for page in opened.values():
        page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_its_screen_and_has_no_serious_barrier(
    looks: dict[tuple[int, str], Page], versions: list[str], name: str
):
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = PAGES[name].format(version=versions[0])
    for (width, scheme), page in looks.items():
        page.goto("about:blank")
        page.goto(path, wait_until="networkidle")
        page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)

        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
        if (width, scheme) in SEEN_BY_AXE:
            assert serious(page) == [], (path, width, scheme)


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds serious or critical, with the elements."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        (fault["id"], [node["html"][:120] for node in fault["nodes"]])
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("name", PAGES)
def test_script_and_style_stay_small_and_come_from_here(
    page: Page, site: str, versions: list[str], name: str
):
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        assert response.url.startswith(site), response.url
        if response.request.resource_type in {"script", "stylesheet"}:
            sizes[response.url] = len(response.body())

    page.on("response", note)
    page.goto(PAGES[name].format(version=versions[0]), wait_until="networkidle")

    assert sizes
    assert sum(size for url, size in sizes.items() if not url.endswith("vega.js")) < BUDGET
