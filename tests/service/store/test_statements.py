"""Statements are found by any of their properties, alike on both databases."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.store import Store, documents, open_store, retagging, search, tags
from service.store.counts import Link, actor_names, counts, links
from service.store.filters import Filter, InvalidFilter
from service.store.schema import documents as stored
from service.store.statements import count, every, of_document, page
from tests.builders import article
from tests.tags import said
from tests.times import T0


@pytest.fixture
def filled(store: Store) -> Store:
    """Three articles, five statements, one of them abstained."""
    news = [
        (
            article(
                "Foreign troops must leave.\n\nPeacekeepers should stay.\n\nIt rained.",
                id="a",
                host="CAF",
                publisher="Bangui Post",
                published="2026-02-02T10:00:00Z",
                url="https://post.example/a",
            ),
            (
                "against|opposition|Amadi Terfaso|RUS|0.9",
                "favor|expert|The Analyst Orla Venn|UN,AU|0.8",
                "none|author|||0.9",
            ),
        ),
        (
            article(
                "A mission, if parliament agrees.\n\nNobody asked for soldiers.",
                id="b",
                publisher="Wire",
                published="2026-02-10",
            ),
            ("conditional|host_government|Cabinet||0.6", "against|public|a résident||0.5?"),
        ),
        (
            article("Troops are welcome.", id="c", host="MLI", publisher="Wire"),
            ("favor|opposition|amadi terfaso|UN|0.7",),
        ),
    ]
    with store.write() as connection:
        for document, spec in news:
            row = documents.keep(connection, document, now=T0).row
            tags.put(connection, row, said(document, *spec), now=T0)
    return store


def texts(store: Store, **filters: object) -> list[str]:
    with store.read() as connection:
        return [s["text"] for s in page(connection, Filter.of(filters)).statements]


LEAVE, STAY = "Foreign troops must leave.", "Peacekeepers should stay."
MISSION, NOBODY, WELCOME = (
    "A mission, if parliament agrees.",
    "Nobody asked for soldiers.",
    "Troops are welcome.",
)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [WELCOME, MISSION, STAY, LEAVE]),
        ({"abstained": True}, [WELCOME, NOBODY, MISSION, STAY, LEAVE]),
        ({"stance": "favor"}, [WELCOME, STAY]),
        ({"stance": ["favor", "against"]}, [WELCOME, STAY, LEAVE]),
        ({"speaker": "Terfaso"}, [WELCOME, LEAVE]),
        ({"speaker": "the analyst"}, [STAY]),
        ({"voice": "Analyst Orla Venn"}, [STAY]),
        ({"voice": "the analyst"}, []),
        ({"speaker": "50%_"}, []),
        ({"speaker_type": "opposition", "stance": "favor"}, [WELCOME]),
        ({"actor": ["UN", "RUS"]}, [WELCOME, STAY, LEAVE]),
        ({"host": "CAF"}, [STAY, LEAVE]),
        ({"outlet": "Wire"}, [WELCOME, MISSION]),
        ({"since": "2026-02-10"}, [WELCOME, MISSION]),
        ({"until": "2026-02-02"}, [STAY, LEAVE]),
        ({"until": "2026-02-02T10:00:00Z"}, []),
        ({"since": "2026-02-02T12:00:00+02:00", "until": "2026-02-09"}, [STAY, LEAVE]),
        ({"min_score": 0.75}, [STAY, LEAVE]),
        ({"q": "troop"}, [WELCOME, LEAVE]),
        ({"q": '"foreign troops"'}, [LEAVE]),
        ({"q": '"troops foreign"'}, []),
        ({"q": "troops -foreign"}, [WELCOME]),
        ({"q": "parliament OR leave"}, [MISSION, LEAVE]),
        ({"q": "Venn"}, [STAY]),
        ({"q": '!!! OR "-" OR'}, [WELCOME, MISSION, STAY, LEAVE]),
        ({"q": "stay AND \0 NEAR(x)"}, []),
        ({"q": "x'; DROP TABLE statements; --"}, []),
        ({"q": "résident", "abstained": True}, [NOBODY]),
    ],
)
def test_a_filter_finds_what_it_says(filled: Store, filters: dict[str, object], found: list[str]):
    assert texts(filled, **filters) == found


def test_a_statement_says_where_it_stands(filled: Store):
    with filled.read() as connection:
        [statement] = page(connection, Filter(stance=("conditional",))).statements

    assert statement["document"] == {"id": "b", "publisher": "Wire", "published": "2026-02-10"}
    assert statement["dated_at"] == "2026-02-10T00:00:00+00:00"
    assert (statement["model"], statement["position"]) == ("v1", 0)
    assert statement["stance"]["label"] == "conditional"
    assert statement["speaker"]["name"] == "Cabinet"


def test_pages_follow_each_other_without_gap_or_overlap_while_new_ones_come_in(filled: Store):
    seen, cursor = [], None
    for round_ in range(9):
        with filled.write() as connection:
            found = page(connection, Filter(), cursor=cursor, limit=1)
            late = article(f"New one {round_}.", id=f"late-{round_}", published="2026-02-28")
            row = documents.keep(connection, late, now=T0).row
            tags.put(connection, row, said(late, "favor|expert|X||0.9"), now=T0)
        seen += [s["text"] for s in found.statements]
        cursor = found.next
        if cursor is None:
            break

    assert [text for text in seen if not text.startswith("New")] == [WELCOME, MISSION, STAY, LEAVE]
    assert len(seen) == len(set(seen))


def test_every_statement_is_walked_through(filled: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("service.store.statements.MAX_PAGE", 2)

    with filled.read() as connection:
        walked = list(every(connection, Filter()))
        assert len(walked) == count(connection, Filter()) == 4


@pytest.mark.parametrize("cursor", ["x", "W10", "", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwgMWU5OV0"])
def test_a_cursor_that_is_not_ours_is_refused(store: Store, cursor: str):
    with store.read() as connection, pytest.raises(InvalidFilter, match="cursor"):
        page(connection, Filter(), cursor=cursor)


def test_copies_are_counted_once_unless_they_are_asked_for(filled: Store):
    with filled.write() as connection:
        first, second = documents.find(connection, "a")["id"], documents.find(connection, "b")["id"]
        connection.execute(
            sa.update(stored).where(stored.c.id == second).values(duplicate_of=first)
        )

    assert MISSION not in texts(filled)
    assert MISSION in texts(filled, copies=True)


def test_only_live_tags_are_shown(filled: Store):
    with filled.write() as connection:
        found = documents.find(connection, "c")
        new = said(documents.as_document(found), "against|expert|X||0.9", version="v2")
        tags.put(connection, found["id"], new, now=T0, live=False)
        before = page(connection, Filter(outlet=("Wire",))).statements
        retagging.switch(connection, "v2", scheme="1.3")
        after = page(connection, Filter(outlet=("Wire",))).statements

    assert [s["stance"]["label"] for s in before] == ["favor", "conditional"]
    assert [s["stance"]["label"] for s in after] == ["against", "conditional"]


def test_the_statements_of_one_document_come_in_its_order(filled: Store):
    with filled.read() as connection:
        row = documents.find(connection, "a")["id"]
        found = of_document(connection, Filter(), row)

    assert [s["text"] for s in found] == [LEAVE, STAY]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        (("stance",), [("favor", 2), ("against", 1), ("conditional", 1)]),
        (("month",), [("2026-02", 3), ("2026-03", 1)]),
        (("week",), [("2026-02-02", 2), ("2026-02-09", 1), ("2026-02-23", 1)]),
        (("actor", "stance"), [("UN", "favor", 2), ("AU", "favor", 1), ("RUS", "against", 1)]),
        (("outlet", "day"), [("Bangui Post", "2026-02-02", 2), ("Wire", "2026-02-10", 1)]),
        (("host",), [("CAF", 2), ("MLI", 1), (None, 1)]),
        (("model", "speaker_type"), [("v1", "opposition", 2), ("v1", "expert", 1)]),
        (("speaker",), [("Amadi Terfaso", 1), ("Cabinet", 1)]),
    ],
)
def test_counts_by_any_two_dimensions(
    filled: Store, by: tuple[str, ...], rows: list[tuple[object, ...]]
):
    with filled.read() as connection:
        found = counts(connection, Filter(), by)

    assert [tuple(row.values()) for row in found][: len(rows)] == rows


def test_counts_by_actor_keep_to_the_actors_that_are_asked_for(filled: Store):
    with filled.read() as connection:
        found = counts(connection, Filter(actor=("AU",)), ("actor",))

    assert found == [{"actor": "AU", "count": 1}]


@pytest.mark.parametrize("by", [(), ("stance", "stance"), ("shoe",), ("stance", "actor", "day")])
def test_counts_by_anything_else_are_refused(store: Store, by: tuple[str, ...]):
    with store.read() as connection, pytest.raises(InvalidFilter, match="by"):
        counts(connection, Filter(), by)


@pytest.mark.parametrize(
    "raw",
    [
        {"stance": "maybe"},
        {"speaker_type": ["expert", "poet"]},
        {"since": "yesterday"},
        {"until": 7},
        {"min_score": "1.1"},
        {"min_score": "nan"},
        {"min_score": True},
        {"copies": "yes"},
        {"actor": [1]},
        {"q": "\ud800"},
        {"colour": "red"},
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused_by_name(raw: dict[str, object]):
    (field,) = raw

    with pytest.raises(InvalidFilter) as refused:
        Filter.of(raw)

    assert refused.value.field == field


def test_a_filter_reads_what_it_writes():
    wanted = Filter.of(
        {"stance": ["favor"], "until": "2026-02-02", "q": "x", "copies": True, "min_score": "0.5"}
    )

    assert Filter.of(wanted.to_json()) == wanted
    assert wanted.until == datetime(2026, 2, 3, tzinfo=UTC)
    assert Filter.of({"since": wanted.until, "until": "9999-12-31"}).since == wanted.until
    assert Filter().to_json() == {}


def test_a_page_of_the_newest_is_read_off_an_index_and_not_sorted(tmp_path: Path):
    store = open_store(tmp_path / "s.db")
    seen: list[str] = []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def note(*args: Any) -> None:
        connection, _, statement, parameters, *_ = args
        if statement.lstrip().startswith("SELECT"):
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            seen.extend(row[3] for row in plan)

    with store.read() as connection:
        page(connection, Filter())
        page(connection, Filter(actor=("UN",), stance=("favor",)))
    store.close()

    assert seen
    assert not [step for step in seen if "TEMP B-TREE" in step]


def test_a_word_of_many_statements_is_asked_of_the_newest_and_one_of_few_is_looked_up(
    filled: Store, monkeypatch: pytest.MonkeyPatch
):
    asked = "troops OR sent peacekeepers -rain"
    with filled.read() as connection:
        looked_up = page(connection, Filter(q=asked)), search.common(connection, asked)
        monkeypatch.setattr(search, "COMMON", 0)
        walked = page(connection, Filter(q=asked)), search.common(connection, asked)

    assert looked_up[0] == walked[0]
    assert looked_up[1] == frozenset()
    assert walked[1] == ({"troops", "peacekeepers"} if filled.dialect == "sqlite" else frozenset())


def test_links_count_how_often_each_voice_took_each_stance_on_an_actor(filled: Store):
    again = article("Troops, once more.\n\nYes, troops.", id="d", publisher="Wire")
    with filled.write() as connection:
        row = documents.keep(connection, again, now=T0).row
        new = said(again, "favor|opposition|amadi terfaso|UN|0.7", "favor|public||UN|0.8")
        tags.put(connection, row, new, now=T0)

    with filled.read() as connection:
        found = sorted(links(connection, Filter()), key=str)
        names = actor_names(connection, ["UN", "AU", "XXX"])

    none = dict.fromkeys(("favor", "against", "conditional"), 0)
    assert found == [
        Link("Amadi Terfaso", None, None, "RUS", none | {"against": 1}),
        Link("The Analyst Orla Venn", None, None, "AU", none | {"favor": 1}),
        Link("The Analyst Orla Venn", None, None, "UN", none | {"favor": 1}),
        Link("amadi terfaso", None, None, "UN", none | {"favor": 2}),
        Link(None, "public", "Wire", "UN", none | {"favor": 1}),
    ]
    assert names == {"UN": "United Nations", "AU": "African Union"}
