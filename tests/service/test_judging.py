from datetime import UTC, datetime

import pytest

from labels.exchange.task import SentenceCoding, Task
from labels.judgement import FIELDS, InvalidJudgement, Kind, Said
from labels.scheme import CODEBOOK, Coding, Scheme
from service.judging import (
    UNNAMED,
    MachineTags,
    coded_sentences,
    completed,
    from_request,
    from_task,
    machine_tags,
)
from tests.builders import article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARTICLE = article("Paris sends 900 men. Nobody asked for them.", id="a1")
WHOLE = Coding("favor", "foreign_government", "Paris", ("FRA",))
SAID = Coding("none", "host_government", "the ministry", ("UN",))
MACHINE = MachineTags("v1", ((0, 20, SAID, 0.7), (21, 43, Coding("none", "author"), 0.9)))


def test_a_whole_coding_is_all_the_coders_own():
    assert completed(WHOLE, Said("v1", SAID), CODEBOOK) == (WHOLE, FIELDS)


def test_a_bare_stance_takes_speaker_and_actors_from_the_machine_and_says_so():
    coding, theirs = completed(Coding("favor"), Said("v1", SAID), CODEBOOK)

    assert coding == Coding("favor", "host_government", "the ministry", ("UN",))
    assert theirs == ("stance",)


def test_actors_that_the_coder_named_stay_theirs():
    coding, theirs = completed(Coding("favor", None, None, ("FRA",)), Said("v1", SAID), CODEBOOK)

    assert coding.proposed_actors == ("FRA",)
    assert theirs == ("stance", "proposed_actors")


def test_a_speaker_without_a_name_takes_the_machines_only_if_the_type_is_the_same():
    same, theirs = completed(Coding("favor", "host_government"), Said("v1", SAID), CODEBOOK)
    other, _ = completed(Coding("favor", "expert"), Said("v1", SAID), CODEBOOK)

    assert same.speaker == "the ministry"
    assert theirs == ("stance", "speaker_type", "proposed_actors")
    assert other.speaker == UNNAMED


def test_the_articles_own_voice_has_no_name():
    coding, theirs = completed(Coding("none", "author"), Said("v1", SAID), CODEBOOK)

    assert coding.speaker is None
    assert theirs == FIELDS
    filled, _ = completed(Coding("none"), Said("v1", Coding("none", "author")), CODEBOOK)
    assert filled.speaker is None


def test_a_scheme_without_speakers_needs_none():
    scheme = Scheme("t", ("favor", "none"), "none")

    assert completed(Coding("favor"), None, scheme) == (Coding("favor"), FIELDS)


def test_the_machine_is_asked_about_the_sentence_that_covers_most():
    assert MACHINE.said(2, 22) == Said("v1", SAID, 0.7)
    assert MACHINE.said(22, 40) == Said("v1", Coding("none", "author"), 0.9)
    assert MACHINE.said(60, 70) is None


def test_a_task_becomes_judgements_beside_what_the_machine_said():
    task = Task(
        ARTICLE,
        (
            SentenceCoding(0, 20, WHOLE, "ada", "2026-02-01T10:00:00+00:00"),
            SentenceCoding(21, 43, Coding("none", "author")),
        ),
    )

    first, second = from_task(task, tool="csv", now=NOW, coder="ben", machine=MACHINE)

    assert (first.coder, first.made_at, first.tool) == ("ada", "2026-02-01T10:00:00+00:00", "csv")
    assert first.said == Said("v1", SAID, 0.7)
    assert (second.coder, second.made_at) == ("ben", NOW.isoformat())


def test_a_coding_without_a_coder_is_refused():
    task = Task(ARTICLE, (SentenceCoding(0, 20, WHOLE),))

    with pytest.raises(InvalidJudgement, match="--coder"):
        from_task(task, tool="csv", now=NOW)


def test_what_nobody_can_fill_in_is_refused_with_its_sentence():
    task = Task(ARTICLE, (SentenceCoding(0, 20, Coding("favor"), "ada"),))

    with pytest.raises(InvalidJudgement) as caught:
        from_task(task, tool="csv", now=NOW)

    assert caught.value.field == "sentence [0, 20).speaker_type"


def test_a_request_codes_sentences_with_what_is_common_said_once():
    raw = {
        "coder": "ada",
        "note": "first pass",
        "sentences": [
            {"start": 0, "end": 20, **WHOLE.to_json()},
            {"start": 21, "end": 43, "kind": "skip", "note": "unclear"},
        ],
    }

    coding, skip = from_request(raw, ARTICLE, now=NOW, coder=None, machine=MACHINE)

    assert (coding.coding, coding.coder, coding.note) == (WHOLE, "ada", "first pass")
    assert (skip.kind, skip.coding, skip.note) == (Kind.SKIP, None, "unclear")
    assert coded_sentences(ARTICLE, [coding, skip]) == [
        SentenceCoding(0, 20, WHOLE, "ada", NOW.isoformat())
    ]


def test_a_request_may_say_itself_what_the_coder_saw():
    seen = Said("v0", SAID, 0.31)
    raw = {"sentences": [{"start": 0, "end": 20, **WHOLE.to_json(), "said": seen.to_json()}]}

    (told,) = from_request(raw, ARTICLE, now=NOW, coder="ada", machine=MACHINE)

    assert told.said == seen


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "sentences"),
        ({"sentences": []}, "sentences"),
        ({"sentences": [3]}, "sentences[0]"),
        (
            {"sentences": [{"start": 0, "end": 20, "stance": "maybe"}]},
            "sentences[0].stance",
        ),
        ({"sentences": [{"start": 0, "end": 99, "kind": "skip"}]}, "sentences[0].end"),
        ({"sentences": [{"start": 0, "end": 20}]}, "sentences[0].stance"),
        (
            {"coder": "", "sentences": [{"start": 0, "end": 20, "stance": "none"}]},
            "sentences[0].coder",
        ),
    ],
)
def test_a_request_at_fault_names_sentence_and_field(raw, field):
    with pytest.raises(InvalidJudgement) as caught:
        from_request(raw, ARTICLE, now=NOW, coder="ada", machine=MACHINE)

    assert caught.value.field == field


def test_the_real_tagger_says_something_of_every_sentence(tagger):
    machine = machine_tags(tagger, [ARTICLE])["a1"]

    assert machine.version == tagger.version
    said = machine.said(0, 20)
    assert said is not None
    assert said.coding == machine.tags[0][2]
