"""Who speaks in every sentence, and of which type."""

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from labels.scheme import SpeakerType
from model.analysis import analyse
from model.candidates import PRINCIPAL, candidate_rows, keys_of
from model.heads import Array, Head
from model.rows import Row
from model.speakers import CANDIDATE, CHOSEN, decide, figure_rows, same_source, tag_speakers
from model.tag import SpeakerTag
from tests.builders import article, coded, read
from tests.coded import coded_file
from training.fit_speakers import fit_speaker_heads


@pytest.fixture(scope="module")
def heads() -> dict[str, Head]:
    """Real heads, fitted on sixty articles."""
    documents = [*coded_file("w8"), *coded_file("w12")]
    analyses = [analyse(d.document, d.sentences) for d in documents]
    return fit_speaker_heads(analyses, documents, seed=0)


def tags(heads: dict[str, Head], text: str, **fields: str) -> tuple[SpeakerTag, ...]:
    return tag_speakers([analyse(article(text, **fields))], heads)[0]


def names(heads: dict[str, Head], text: str, **fields: str) -> list[str | None]:
    return [tag.name for tag in tags(heads, text, **fields)]


def test_a_quotation_keeps_its_speaker_across_sentences_and_paragraphs(heads):
    text = """
    "We asked for soldiers," said Kofi Asante, a farmer. "We asked twice. Nobody came.

    "We will not ask again."
    """

    assert names(heads, text) == ["Kofi Asante"] * 4


def test_he_and_the_minister_are_the_source_named_before(heads):
    text = """
    The Danish defence minister, Ole Brandt, said on Monday that Copenhagen was ready to send 400 men.
    He said they could sail within a week. The minister added that parliament would be asked first.
    """

    assert names(heads, text, host="MLI") == ["Ole Brandt"] * 3


def test_a_surname_gives_the_fullest_form_of_the_name(heads):
    text = "Analyst Farida Osei said the plan would fail. Osei said it had failed before."

    assert names(heads, text) == ["Farida Osei", "Farida Osei"]


def test_the_articles_own_voice_has_no_name(heads):
    text = "Burkina Faso has 20 million people. The rainy season lasts from June to October."

    assert [(tag.type, tag.name) for tag in tags(heads, text)] == [("author", None)] * 2


def test_host_and_foreign_governments_are_told_apart_by_the_state(heads):
    text = "The Malian government said it wanted troops. The Danish government said it would wait."

    assert [t.type for t in tags(heads, text, host="MLI")] == [
        "host_government",
        "foreign_government",
    ]
    assert [t.type for t in tags(heads, text, host="DNK")] == [
        "foreign_government",
        "host_government",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The United Nations Security Council called on all parties to stop.", "intergovernmental"),
        ("Rebel spokesman Haroun Wadday said the fighters would not leave.", "opposition"),
        ("The aid group Bread for Kidal said hospitals had run out of blood.", "civil_society"),
        ("Farida Osei, a political analyst at the university, said it would fail.", "expert"),
        ("Residents said they had fled to the river when the shelling began.", "public"),
    ],
)
def test_a_description_tells_the_type(heads, text, kind):
    assert tags(heads, text, host="MLI")[0].type == kind


def test_one_source_has_one_type_in_a_document(heads):
    text = """
    Army spokesman Col. Issa Barro said the town was quiet. Shops were shut. Barro said ten had died.

    "We asked the village, the farmers, the imam," Barro said.
    """

    assert len({tag.type for tag in tags(heads, text, host="MLI") if tag.name == "Issa Barro"}) == 1


def test_a_statement_is_its_issuers_where_nobody_else_has_the_word(heads):
    text = "I am deeply concerned by the fighting. Families deserve to live in peace."
    said = tags(heads, text, title="Statement by President Ruth Low on the crisis", host="MLI")

    assert [tag.name for tag in said] == ["Ruth Low", "Ruth Low"]
    assert [tag.start for tag in said] == [0, None]


def test_a_description_without_a_state_is_read_by_the_states_around_it():
    sources = read("OTTAWA - The critic for defence, Ruth Low, said no. Canada waits.", host="MLI")
    (figure,) = (at for at, f in enumerate(sources.cast.figures) if f.name == "Ruth Low")

    assert "most=FOREIGN" in figure_rows(sources, [figure, None])[figure]["around"].tokens
    told = read("The Malian minister, Ruth Low, said no. Mali waits.", host="MLI")
    assert figure_rows(told, [0, None])[0]["around"].tokens == ()


RELEASE = """
Shadow minister Ruth Low today criticised the cabinet for its silence on Mali.
"It is a disgrace," Ms Low said.
I have written to the minister about it.
The talks ended in May.
"""
CODES = ["[none|foreign_government|Ruth Low|-]"] * 3 + ["[none|author|-|-]"]


def test_what_a_release_says_in_the_first_person_is_its_principals():
    lines = [
        f"{code} {line}" for code, line in zip(CODES, RELEASE.strip().split("\n"), strict=True)
    ]
    written = "\n".join(lines)
    documents = [
        coded(written.replace("Low", name).replace("the minister", whom), id=name, host="MLI")
        for name, whom in zip(
            ["Berg", "Sarr", "Brandt", "Osei"], ["Paris", "him", "Rome", "her"], strict=True
        )
    ]
    documents += coded_file("w8")
    analyses = [analyse(d.document, d.sentences) for d in documents]
    fitted = fit_speaker_heads(analyses, documents, seed=0)
    sources = read(RELEASE, host="MLI")
    (decided,) = decide([sources], fitted[CANDIDATE])

    assert names(fitted, RELEASE, host="MLI") == ["Ruth Low", "Ruth Low", "Ruth Low", None]
    assert decided[2].candidate in ("phrase|0", PRINCIPAL)
    rows = dict(candidate_rows(sources))
    assert all((i, one.candidate) in rows for i, one in enumerate(decided))
    assert (2, PRINCIPAL) in rows
    assert PRINCIPAL in keys_of(sources, 2)


def test_other_texts_have_no_such_candidate():
    sources = read(RELEASE.replace("I have", "She has"), host="MLI")

    assert PRINCIPAL not in {name for (_, name), _ in candidate_rows(sources)}
    assert PRINCIPAL not in keys_of(sources, 2)


class Said(Head):
    """A head that says of each candidate of a document what the test wants."""

    def __init__(self, scores: list[float]) -> None:
        self.classes = (CHOSEN, "passed")
        self.scores = scores

    def predict_proba(self, rows: Sequence[Row]) -> Array:
        return np.array([[score, 1 - score] for score in self.scores])


def test_scores_of_one_figure_add_up_and_its_phrase_is_told():
    sources = read("Ruth Low said no. Low left.")
    names = [name for _, name in dict(candidate_rows(sources))]
    wanted = {"phrase|0": 0.4, "carry|0": 0.3, "author|source": 0.5, "author|author": 0.1}
    (decided,) = decide([sources], Said([wanted.get(name, 0.0) for name in names]))

    assert [one.figure for one in decided] == [0, 0]
    assert [one.candidate for one in decided] == ["phrase|0", "phrase|0"]
    assert decided[1].phrase is not None
    assert decided[1].author_score == pytest.approx(0.5 / 1.2)


def test_where_no_phrase_tells_the_surest_candidate_is_told():
    sources = read("Ruth Low said no. It rained.")
    names = [name for _, name in dict(candidate_rows(sources))]
    wanted = {"phrase|0": 0.9, "carry|0": 0.6, "author|source": 0.5, "author|author": 0.1}
    (decided,) = decide([sources], Said([wanted.get(name, 0.0) for name in names]))

    assert decided[1].figure == 0
    assert decided[1].candidate == "carry|0"
    assert decided[1].phrase is None


def test_an_answer_is_its_speakers_and_a_question_nobodys(heads):
    text = """
    QUESTION: Minister, the Danish government says it is leaving. When will our own soldiers go?

    MINISTER LOW: In May. The villages are quiet.

    QUESTION: Is that certain?

    MINISTER LOW: It is.
    """

    said = names(heads, text, host="MLI")

    assert said[2:] == ["Low", "Low", None, "Low"]
    assert said[0] == "the Danish government"


def test_words_behind_a_colon_are_quoted_without_marks(heads):
    text = """
    The foreign minister of Denmark, Ole Brandt, said:

    This is a dark day. The town has been cut off.
    """

    assert names(heads, text, host="MLI") == ["Ole Brandt"] * 3


def test_the_evidence_stands_where_its_span_says(heads):
    text = "Ruth Low, a farmer, said the soldiers had left. She said nobody was hurt."
    document = article(text)
    for tag in tag_speakers([analyse(document)], heads)[0]:
        assert tag.start is not None
        assert tag.end is not None
        assert document.text[tag.start : tag.end] in ("Ruth Low", "She")


def test_a_batch_is_tagged_as_its_documents_are_alone(heads, small_set):
    analyses = [analyse(d.document) for d in small_set.documents[:6]]

    together = tag_speakers(analyses, heads)

    assert together == [tag_speakers([analysis], heads)[0] for analysis in analyses]
    assert tag_speakers([], heads) == []


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Ruth Low", "said", "he", "The army", "the statement", '"', "“", "”", ".", ",", ":", "\n\n",
             "according to", "We go", "General", "Mali", "who", "(", ")", "'s", "of", "and", "5"]
        ),
        min_size=1, max_size=40,
    )
)  # fmt: skip
def test_every_sentence_has_a_type_and_a_probability_whatever_the_text(heads, parts):
    text = " ".join(parts)
    analysis = analyse(article(text or "x"))

    said = tag_speakers([analysis], heads)[0]

    assert len(said) == len(analysis.sentences)
    for tag in said:
        assert tag.type in set(SpeakerType)
        assert 0.0 <= tag.score <= 1.0
        assert (tag.type == "author") == (tag.name is None)


@pytest.mark.parametrize(
    "text",
    [
        "The army said no. " * 1_500,
        "The army of Mali and " * 10_000,
        '"We go," he said. She left. ' * 800,
        "Ruth Low, Ole Brandt, " * 10_000,
        "A top official said it. " * 1_000,
        " ".join(
            f"Minister Ruth L{chr(97 + i % 26)}w{i} said Mali must act." for i in range(2_000)
        ),
    ],
    ids=lambda text: text[:12],
)
def test_long_and_monotonous_text_takes_linear_time(heads, text):
    began = time.perf_counter()

    said = tags(heads, text)

    assert said
    assert time.perf_counter() - began < 60.0


def test_where_no_speakers_are_coded_the_article_speaks():
    assert tags({}, "The army said no.") == (SpeakerTag("author", 1.0),)


def test_names_are_the_same_where_one_holds_the_others_words():
    assert same_source("Farhod Tolipov", "Tolipov")
    assert same_source("the Danish army", "Danish army")
    assert not same_source("Farhod Tolipov", "Farhod Karimov")
    assert not same_source("the", "the army")
