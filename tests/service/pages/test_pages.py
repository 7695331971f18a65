"""The pages as a browser's requests meet them, without a browser."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from labels.document import Document
from service.app import create_app
from service.intake import MAX_CHARS
from service.keeping import utc_now
from service.pages.plain import in_plain_words
from service.settings import Settings
from service.store import documents, feeds, keys, open_store, tags
from service.store.keys import Scope
from tests.site import Site, page as web_page, rss
from tests.tags import said

HTML = {"Accept": "text/html"}
EVIL = "<script>alert(1)</script>"
STORY = Document(
    id="story/1",
    title=f"Force {EVIL}",
    publisher=f"Wire {EVIL}",
    published="2026-03-02",
    host="CAF",
    url="javascript:alert(1)",
    text=f"Ana Oru asked for troops {EVIL}.\n\nShe thanked the council.\n\nBo Umo will not have them.",
)
SAID = (
    "favor|host_government|Ana Oru|UN|0.8",
    "none|host_government|Ana Oru||0.9",
    "against|opposition|Bo Umo|UN,AU|0.7",
)


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    """The shared versions, and a database of the test's own with one article in it."""
    own = Settings(home=home, database_url=f"sqlite:///{tmp_path / 's.db'}", allow_private=True)
    store = open_store(own.store_url)
    with store.write() as connection:
        kept = documents.keep(connection, STORY, now=utc_now())
        tags.put(connection, kept.row, said(STORY, *SAID), now=utc_now())
    store.close()
    return own


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), headers=HTML, raise_server_exceptions=False) as opened:
        yield opened


PAGES = (
    "/", "/?sample=sample-3", "/monitor", "/documents/story/1", "/speakers/Ana%20Oru", "/actors/UN",
    "/network", "/label", "/agreement", "/models", "/compare", "/feeds", "/alerts", "/docs",
    "/sign-in", "/documents/nothing",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sent_with_the_strict_policy_and_with_article_text_escaped(
    client: TestClient, path: str
):
    answer = client.get(path)

    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert EVIL not in answer.text
    assert "javascript:" not in answer.text
    assert not re.search(r"<[^>]+ (on\w+|style)=", answer.text)
    assert not re.search(r"<script(?! src=| type=\"module\" src=)", answer.text)


def test_what_goes_wrong_is_told_as_a_page_to_a_browser_and_as_a_problem_to_a_program(
    client: TestClient,
):
    page = client.get("/documents/nothing")
    told = client.get("/documents/nothing", headers={"Accept": "*/*"})
    api = client.get("/v1/documents/nothing")

    assert (page.status_code, told.status_code, api.status_code) == (404, 404, 404)
    assert "<h1>No such document</h1>" in page.text
    assert told.headers["content-type"] == "application/problem+json"
    assert api.headers["content-type"] == "application/problem+json"
    assert client.get("/no-such-page").status_code == 404


def test_a_speakers_page_is_of_that_speaker_and_not_of_those_whose_name_holds_it(
    client: TestClient, settings: Settings
):
    other = Document(id="b", text="Ana Oru Ito refused.")
    store = open_store(settings.store_url)
    with store.write() as connection:
        kept = documents.keep(connection, other, now=utc_now())
        new = said(other, "against|expert|Ana Oru Ito|UN|0.8")
        tags.put(connection, kept.row, new, now=utc_now())
    store.close()

    page = client.get("/speakers/Ana Oru").text

    assert "asked for troops" in page
    assert "refused" not in page
    assert ">1</b> statement." in page
    assert client.get("/v1/statements?voice=ana oru").json()["statements"][0]["text"] in STORY.text


@pytest.mark.parametrize(
    ("query", "told"),
    [("since=soon", "since"), ("cursor=nonsense", "cursor"), ("stance=bored", "stance")],
)
def test_a_filter_that_cannot_be_read_is_told_and_the_page_stands(
    client: TestClient, query: str, told: str
):
    answer = client.get(f"/monitor?{query}")

    assert answer.status_code == 422
    assert f'role="alert">{told}' in answer.text
    assert "asked for troops" in answer.text


def test_the_monitor_filters_and_its_form_keeps_what_was_asked(client: TestClient):
    page = client.get("/monitor?actor=au&q=umo&min_score=0.5").text

    assert "Bo Umo will not have them" in page
    assert "asked for troops" not in page
    assert 'value="AU"' in page


def test_charts_have_their_numbers_with_the_filter_on_them(client: TestClient):
    everything = client.get("/charts/who-wants-whom.csv").text.splitlines()
    favoured = client.get("/charts/who-wants-whom.csv?stance=favor").text.splitlines()

    assert everything[0] == "speaker_type,actor,stance,count"
    assert len(everything) == 4
    assert favoured[1:] == ["host_government,UN,favor,1"]


def test_an_address_is_fetched_and_its_article_tagged(client: TestClient, site: Site):
    words = "The cabinet asked the African Union to send peacekeepers to the north. " * 4
    url = site.add("/a", web_page(f"Headline {EVIL}", words), Content_Type="text/html")

    page = client.post("/", data={"url": url, "host": "caf"})

    assert page.status_code == 200
    assert "The cabinet asked" in page.text
    assert EVIL not in page.text


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({}, 422, "paste an article"),
        ({"url": "ftp://n.example/"}, 422, "This is no web address"),
        ({"url": "http://127.0.0.1:9/"}, 502, "Nobody listens at this address"),
        ({"text": "x" * (MAX_CHARS + 1)}, 413, "500,001 characters"),
    ],
)
def test_what_cannot_be_tagged_is_told_in_plain_words(
    client: TestClient, form: dict[str, str], status: int, told: str
):
    answer = client.post("/", data=form)

    assert answer.status_code == status
    assert told in answer.text


def test_an_address_in_a_private_network_is_not_called(settings: Settings, site: Site):
    url = site.add("/a", "secret")
    app = create_app(replace(settings, allow_private=False))
    with TestClient(app, headers=HTML) as client:
        answer = client.post("/", data={"url": url})

    assert answer.status_code == 422
    assert "inside a private network" in answer.text
    assert not site.seen("/a")


CODING = {
    "stance": "against", "speaker_type": "opposition", "speaker": "Bo Umo",
    "proposed_actors": "un, au", "coder": "Dee", "act": "save",
}  # fmt: skip


def test_a_correction_of_a_stored_article_is_kept_and_leads_back(client: TestClient):
    form = {"document": "story/1", "sentence": "1"}
    asked = client.post("/correct", data=form).text
    start, end = re.findall(r'name="(?:start|end)" value="(\d+)"', asked)

    answer = client.post(
        "/correct", data=CODING | form | {"start": start, "end": end}, follow_redirects=False
    )

    assert answer.headers["location"] == "/documents/story/1?corrected=1#s1"
    (kept,) = client.get("/v1/judgements").json()["judgements"]
    assert (kept["coder"], kept["stance"], kept["proposed_actors"]) == (
        "Dee",
        "against",
        ["AU", "UN"],
    )
    assert kept["said"]["model"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"document": "story/1", "sentence": "9"}, 422),
        ({"document": "story/1", "sentence": "²"}, 422),
        ({"document": "nothing", "sentence": "1"}, 404),
        (CODING | {"document": "story/1", "sentence": "1", "start": "x", "end": "1"}, 422),
        (CODING | {"document": "story/1", "sentence": "1", "start": "0", "end": "10", "coder": ""}, 422),
        (CODING | {"document": "story/1", "sentence": "1", "start": "0", "end": "10", "stance": "?"}, 422),
    ],
)  # fmt: skip
def test_a_correction_that_cannot_be_kept_is_refused(
    client: TestClient, form: dict[str, str], status: int
):
    assert client.post("/correct", data=form).status_code == status
    assert client.get("/v1/judgements").json()["judgements"] == []


@pytest.mark.parametrize("form", [{"act": "save"}, {"act": "skip", "document": "story/1"}])
def test_a_label_form_that_names_no_sentence_is_refused(client: TestClient, form: dict[str, str]):
    answer = client.post("/label", data={"coder": "Ada", **form})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_feed_is_tested_without_being_kept(client: TestClient, site: Site):
    url = site.add("/rss", rss(f"Wire {EVIL}", ("https://n.example/1", EVIL, "A force.")))

    answer = client.post("/feeds", data={"act": "test", "url": url})

    assert "It works." in answer.text
    assert EVIL not in answer.text
    assert client.get("/v1/feeds").json() == []
    broken = client.post("/feeds", data={"act": "test", "url": site.add("/html", "<p>no</p>")})
    assert broken.status_code == 502
    assert "but no RSS, Atom or JSON feed" in broken.text


def test_a_feed_that_fails_is_told_on_the_monitor_too(client: TestClient, settings: Settings):
    assert "No feed is watched" in client.get("/monitor").text
    client.post("/feeds", data={"act": "add", "url": "https://n.example/rss"})
    store = open_store(settings.store_url)
    with store.write() as connection:
        feeds.failed(
            connection, 1, f"{EVIL}: the server answers 503", now=utc_now(), next_poll_at=utc_now()
        )
    store.close()

    assert "1 of 1 feeds fails" in client.get("/monitor").text
    page = client.get("/feeds").text
    assert "The server is in trouble (503)" in page
    assert EVIL not in page


def test_an_alert_is_tried_at_once_and_its_log_says_what_became_of_it(
    client: TestClient, site: Site
):
    form = {
        "act": "add",
        "name": "Desk",
        "target": site.add("/hook", "ok"),
        "actor": "un",
        "stance": "favor",
    }
    made = client.post("/alerts", data=form).text
    assert "whsec_" in made
    assert "whsec_" not in client.get("/alerts").text

    page = client.post("/alerts", data={"act": "test", "alert": "1"}).text

    assert "last delivered" in page
    assert "stance: favor; actor: UN" in page
    (tried,) = site.seen("/hook")
    assert b"a trial" in tried.body
    assert "webhook-signature" in tried.headers
    client.post("/alerts", data={"act": "replay", "delivery": "1"})
    assert len(site.seen("/hook")) == 2
    client.post("/alerts", data={"act": "remove", "alert": "1"})
    assert "Nobody is told anything yet" in client.get("/alerts").text


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"act": "add", "name": " ", "target": "a@b.example"}, 422, "give the alert a name"),
        ({"act": "add", "name": "x", "target": "a@b.example, c@d.example"}, 422, "e-mail address"),
        ({"act": "add", "name": "x", "target": "n.example/hook"}, 422, "This is no web address"),
        ({"act": "add", "name": "x", "target": "a@b.example", "when": "never"}, 422, "when"),
        ({"act": "test", "alert": "7"}, 404, "no alert 7"),
        ({"act": "replay", "delivery": "x"}, 404, "no delivery 0"),
    ],
)
def test_an_alert_that_cannot_be_meant_is_refused_and_the_form_keeps_its_words(
    client: TestClient, form: dict[str, str], status: int, told: str
):
    answer = client.post("/alerts", data=form)

    assert answer.status_code == status
    assert told in answer.text
    assert client.get("/v1/alerts").json() == []


def test_mail_without_a_server_is_told_in_the_log(client: TestClient):
    client.post("/alerts", data={"act": "add", "name": "Mail", "target": "desk@example.org"})

    page = client.post("/alerts", data={"act": "test", "alert": "1"}).text

    assert "E-mail needs a mail server" in page


def test_versions_are_compared_field_by_field_with_what_people_coded(client: TestClient):
    version = client.get("/v1/model").json()["id"]
    start = STORY.text.index("Bo Umo")
    sentence = {
        "start": start, "end": len(STORY.text), "stance": "against", "speaker_type": "opposition",
        "speaker": "Bo Umo", "proposed_actors": ["UN"],
    }  # fmt: skip
    told = {"document": "story/1", "coder": "Ada", "sentences": [sentence]}
    assert client.post("/v1/judgements", json=told).status_code == 201

    page = client.get(f"/compare?first={version}&second={version}&on=judged").text

    assert "They say the same of every sentence." in page
    assert "of which people coded <b>1</b>" in page
    assert client.get("/compare?first=2020-01-01-abcdef&second=x").status_code == 404


@pytest.mark.parametrize("name", ["nothing.json", "heads.joblib", "..%2Fcurrent", ".lock"])
def test_only_what_may_be_shown_of_a_version_is_shown(client: TestClient, name: str):
    version = client.get("/v1/model").json()["id"]

    assert client.get(f"/models/{version}").status_code == 200
    assert client.get(f"/models/{version}/{name}").status_code == 404


def test_a_key_that_may_only_read_sees_no_addresses_and_may_sign_out(settings: Settings):
    store = open_store(settings.store_url)
    with store.write() as connection:
        _, key = keys.create(connection, f"reader {EVIL}", {Scope.READ}, now=utc_now())
    store.close()
    with TestClient(create_app(settings), headers=HTML) as client:
        asked = client.get("/monitor?stance=favor", follow_redirects=False)
        assert asked.headers["location"] == "/sign-in?next=/monitor%3Fstance%3Dfavor"
        assert "script-src 'self'" in asked.headers["content-security-policy"]
        client.post("/sign-in", data={"key": key})

        monitor = client.get("/monitor").text
        refused = client.get("/alerts")
        corrected = client.post("/correct", data={"document": "story/1", "sentence": "1"})

    assert "Sign out" in monitor
    assert EVIL not in monitor
    assert refused.status_code == corrected.status_code == 403
    assert "Sign in with another key" in refused.text


@pytest.mark.parametrize("path", ["/", "/correct", "/label", "/agreement", "/models", "/feeds", "/alerts", "/sign-in"])  # fmt: skip
def test_no_form_of_another_site_is_taken(client: TestClient, path: str):
    for origin in ("https://evil.example", "null"):
        answer = client.post(path, data={"text": "x"}, headers={"Origin": origin})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("x: [Errno -2] Name or service not known", "No computer has this name"),
        ("x: the server answers 403", "lets us not in"),
        ("the receiver answers 429", "come less often"),
        ("x: took longer than 45 s", "too long"),
        ("x: the server answers 418", "don't understand"),
        ("something else", "something else"),
    ],
)
def test_errors_of_the_network_are_told_in_plain_words(error: str, told: str):
    assert told in in_plain_words(error)


@pytest.mark.parametrize(
    "path", ["/documents/a%00b", "/speakers/a%00b", "/actors/%00", "/monitor?q=%00&speaker=%00"]
)
def test_a_page_of_an_impossible_name_is_no_fault_of_the_service(client: TestClient, path: str):
    assert client.get(path).status_code in {200, 404}


def test_a_network_of_a_filter_that_cannot_be_read_is_told_as_a_page(client: TestClient):
    answer = client.get("/network?since=soon")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert client.get("/network?least=99999999999").status_code == 200
    assert client.get("/charts/by-actor.csv?since=soon").status_code == 422
