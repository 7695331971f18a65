"""Classes of words that are used alike."""

from hypothesis import given, strategies as st

from labels.document import Document
from model.analysis import analyse
from model.reading import read
from model.views import stance_rows
from model.word_classes import DEALINGS, read_classes, shipped, write_classes

WORDS = st.text("abcdefghij", min_size=1, max_size=6)


def shared(one: str, other: str) -> int:
    return len({*shipped()[one]} & {*shipped()[other]})


def test_words_that_are_used_alike_share_more_classes_than_others() -> None:
    assert shared("soldiers", "troops") > shared("soldiers", "harvest")
    assert shared("rejected", "refused") > shared("rejected", "river")


def test_every_word_has_a_class_in_every_dealing() -> None:
    for word, classes in shipped().items():
        assert word.islower()
        assert [token[:2] for token in classes] == [f"{dealing}~" for dealing in DEALINGS], word


@given(
    st.lists(st.tuples(WORDS, st.tuples(*[WORDS] * len(DEALINGS))), unique_by=lambda pair: pair[0])
)
def test_what_is_written_is_read_again(entries: list[tuple[str, tuple[str, ...]]]) -> None:
    words = [word for word, _ in entries]
    dealings = [[row[at] for _, row in entries] for at in range(len(DEALINGS))]

    found = read_classes(write_classes(words, dealings))

    assert list(found) == words
    for word, row in entries:
        assert found[word] == tuple(f"{d}~{name}" for d, name in zip(DEALINGS, row, strict=True))


def test_a_sentence_shows_the_classes_of_its_words_and_of_the_sentence_before() -> None:
    text = "The troops stay. Nobody in France objected."
    first, second = stance_rows(read(analyse(Document("d", text))))

    assert second["classes_before"].tokens == first["classes"].tokens
    assert {*shipped()["troops"]} <= {*first["classes"].tokens}
    placed = zip(second["classes"].tokens, second["classes"].spans, strict=True)
    assert {text[a:b] for token, (a, b) in placed if token in shipped()["objected"]} == {"objected"}
    assert first["classes_before"].tokens == ()
