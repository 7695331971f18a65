"""Documents a few at a time."""

from hypothesis import given, strategies as st

from labels.document import Document
from model.batches import batches


@given(st.lists(st.integers(0, 300), max_size=100))
def test_long_articles_come_in_smaller_company(lengths: list[int]) -> None:
    documents = [Document(str(i), "x" * n) for i, n in enumerate(lengths)]

    made = list(batches(documents, most=8, most_characters=150))

    assert [document for some in made for document in some] == documents
    for some in made:
        n_characters = sum(len(document.text) for document in some)
        assert len(some) == 1 or n_characters <= 150
        assert len(some) <= 8
