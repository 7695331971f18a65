"""The published row."""

from datetime import UTC, datetime

import pytest

from labels.scheme import CODEBOOK
from model.tagger import Tagger
from service.contract import tagged_json
from service.exports.statements import InvalidTagged, columns, read_time, statements
from tests.builders import article
from tests.service.exports.samples import press, said, tagged


def test_sentences_that_take_a_stance_are_statements() -> None:
    found = statements(press()[0])

    assert [(one.speaker, one.stance, [a.id for a in one.actors]) for one in found] == [
        ("Ana Costa", "favor", ["UN"]),
        ("Bello", "against", ["RUS", "UN"]),
    ]
    assert [one.id for one in found] == ["d1:0-34", "d1:46-82"]
    assert {(one.title, one.outlet, one.url, one.host, one.duplicate_group) for one in found} == {
        ("Calls", "Post", "u:1", "MLI", "g1")
    }


def test_every_sentence_of_a_real_tagger_has_its_place_in_the_columns(tagger: Tagger) -> None:
    document = article("The Kremlin will send troops. Mali's army refused.", published="2026-01-05")
    (one,) = tagger.tag([document])

    found = statements(tagged_json(one), neutral=None)

    rows = [{column.name: column.value(each) for column in columns()} for each in found]
    assert [row["sentence"] for row in rows] == [
        "The Kremlin will send troops.",
        "Mali's army refused.",
    ]
    for row in rows:
        scores = [row[f"score_{stance}"] for stance in CODEBOOK.stances]
        assert sum(float(str(score)) for score in scores) == pytest.approx(1, abs=1e-5)
        assert row["model"] == tagger.version


def test_confidence_is_the_weakest_score() -> None:
    document = tagged("d", said("favor", "A", "RUS", "UN", score=0.8, actor_score=0.6))
    document["sentences"][0]["proposed_actors"][1]["score"] = 0.3

    (found,) = statements(document)

    assert found.confidence == 0.3
    assert [one.confidence for one in found.per_actor()] == [0.6, 0.3]


def test_what_is_uncertain_can_be_left_out() -> None:
    document = tagged(
        "d", said("favor", "A", score=0.9), said("against", "B", score=0.4, abstain=True)
    )

    assert [one.speaker for one in statements(document)] == ["A", "B"]
    assert [one.speaker for one in statements(document, sure=True)] == ["A"]
    assert [one.speaker for one in statements(document, min_confidence=0.5)] == ["A"]


def test_whoever_speaks_has_a_name_in_networks() -> None:
    unnamed = said("favor", "x", type="civil_society")
    unnamed["speaker"]["name"] = None
    sentences = (said("favor", "Ana"), said("favor", None), unnamed)

    (_, plain, _) = statements(tagged("d", *sentences))
    found = statements(tagged("d", *sentences, publisher="Post"))

    assert [one.voice for one in found] == ["Ana", "Post (author)", "(civil society, unnamed)"]
    assert plain.voice == "(author)"


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2026-03-10", datetime(2026, 3, 10, tzinfo=UTC)),
        ("2026-03-10T23:30:00-02:00", datetime(2026, 3, 11, 1, 30, tzinfo=UTC)),
        ("Tue, 10 Mar 2026 23:30:00 +0100", datetime(2026, 3, 10, 22, 30, tzinfo=UTC)),
        ("last week", None),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00+05:00", None),
    ],
)
def test_dates_of_archives_and_of_feeds_are_read_in_utc(
    published: str | None, expected: datetime | None
) -> None:
    assert read_time(published) == expected


@pytest.mark.parametrize("broken", [{}, {"sentences": [{}]}, {"sentences": 3}])
def test_what_breaks_the_contract_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(InvalidTagged, match="not a tagged document"):
        statements(broken)


def test_a_scheme_without_speakers_has_statements_too() -> None:
    document = tagged("d", said("favor", "A"))
    del document["sentences"][0]["speaker"]
    del document["sentences"][0]["proposed_actors"]

    (found,) = statements(document)

    assert (found.speaker_type, found.actors, found.confidence) == (None, (), 0.8)
