"""The views that the stance head counts."""

from hypothesis import given, settings, strategies as st

from labels.document import Document
from model.analysis import analyse
from model.reading import read
from model.rows import Row
from model.views import stance_rows
from tests.builders import article


def made(text: str, **fields: str) -> list[Row]:
    return stance_rows(read(analyse(article(text, **fields))))


def test_names_are_masked_by_role() -> None:
    (row,) = made("France told Colonel Issa Diallo that Mali had 90 soldiers.", host="MLI")
    assert row["stems"].tokens == (
        "OUT", "told", "colonel", "NAME", "that", "HOST", "had", "NUM", "soldier", ".",
    )  # fmt: skip


def test_stems_a_little_apart_make_a_pair_whatever_stands_between() -> None:
    text = "France refused to send more troops."
    (row,) = made(text, host="MLI")
    pairs = dict(zip(row["pairs"].tokens, row["pairs"].spans, strict=True))
    assert set(pairs) == {
        "OUT..to", "OUT..send", "OUT....more", "OUT....troop",
        "refus..send", "refus..more", "refus....troop", "refus.....",
        "to..more", "to..troop", "to.....", "send..troop", "send...", "more...",
    }  # fmt: skip
    start, end = pairs["refus....troop"]
    assert text[start:end] == "refused to send more troops"


def test_another_conflict_with_the_same_course_has_the_same_abstract_views() -> None:
    (one,) = made("Kenya refused to send troops to Somalia.", host="SOM")
    (other,) = made("Norway refused to send soldiers to Chad.", host="TCD")
    for view in ("sequence", "cues", "topical", "frames", "relevance", "context"):
        assert one[view].tokens == other[view].tokens, view


def test_every_span_holds_its_word() -> None:
    text = "France refused to send troops."
    (row,) = made(text, host="MLI")
    shown = {t: text[a:b] for t, (a, b) in zip(row["cues"].tokens, row["cues"].spans, strict=True)}
    assert shown["REJECT"] == "refused"
    assert shown["SEND"] == "send"
    frames = zip(row["frames"].tokens, row["frames"].spans, strict=True)
    assert {t: text[a:b] for t, (a, b) in frames}["POL-"] == "refused to send troops"


def test_a_position_is_carried_from_the_force_named_before() -> None:
    first, second = made(
        """
        French troops are in Mali.
        The minister rejected this.
        """,
        host="MLI",
    )
    assert "CARRIED_REJECT" in second["frames"].tokens
    assert "C+REJECT" in second["topical"].tokens
    assert "SO" in first["relevance"].tokens
    assert "S_PO" in second["relevance"].tokens
    assert "P_TROOPS" in second["context"].tokens
    assert "N_REJECT" in first["context"].tokens


def test_far_from_any_force_the_same_word_is_another_token() -> None:
    (row,) = made("The minister rejected this.", host="MLI")
    assert "FAR_REJECT" in row["frames"].tokens
    assert "F+REJECT" in row["topical"].tokens


def test_the_headline_is_seen_from_every_sentence() -> None:
    (row,) = made("It rained.", title="France sends troops", host="MLI")
    assert "HEADLINE_TARGET" in row["relevance"].tokens
    assert "H_SEND" in row["context"].tokens


def well_formed(row: Row, text: str) -> bool:
    return all(
        not any(c.isspace() for token in view.tokens for c in token)
        and (not view.spans or len(view.spans) == len(view.tokens))
        and all(0 <= a < b <= len(text) for a, b in view.spans)
        for view in row.values()
    )


@settings(max_examples=60)
@given(st.text(min_size=1).filter(str.strip))
def test_any_text_has_one_well_formed_row_a_sentence(text: str) -> None:
    analysis = analyse(Document(id="a", text=text))
    found = stance_rows(read(analysis))
    assert len(found) == len(analysis.sentences)
    assert all(well_formed(row, text) for row in found)
