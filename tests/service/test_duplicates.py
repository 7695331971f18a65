"""Wire copies are found, different stories are not."""

import zlib

import numpy as np
from datasketch import MinHash
from hypothesis import given, settings, strategies as st

from service.duplicates import (
    N_PERMUTATIONS,
    band_keys,
    group,
    join,
    root,
    runs,
    signature,
    similarity,
)
from tests.archives import article

STORY = (
    "The bloc said on Monday that it would send observers to the valley once both sides agree. "
    "A spokesman for the army turned the offer down and called it an insult to the nation. "
    "Residents of the border town queued for bread while shells fell on the bridge nearby. "
    "The council of elders asked the neighbouring state to keep its soldiers behind the river. "
    "Aid workers counted three hundred families who left the hills on foot during the night. "
)
OTHER = (
    "Farmers in the delta expect a poor harvest after weeks of flooding along the lower river. "
    "The ministry promised seed and fuel, but its lorries have not reached the villages so far. "
    "Prices for rice rose by a third, traders at the central market told the radio station. "
)


def test_a_copy_with_another_headline_case_and_punctuation_is_the_same() -> None:
    copied = STORY.upper().replace(".", " —")

    assert similarity(signature(STORY), signature(copied)) == 1.0


def test_a_copy_with_its_last_sentence_cut_is_grouped_and_another_story_is_not() -> None:
    cut = STORY[: STORY.index("Aid workers")]

    assert group([signature(OTHER), signature(STORY), signature(cut)]) == [0, 1, 1]


def test_articles_from_one_template_are_no_copies() -> None:
    signatures = [signature(article(i).text) for i in range(60)]

    assert group(signatures) == list(range(60))


@given(st.text(alphabet="abcé .", max_size=80))
def test_a_signature_is_datasketchs(text: str) -> None:
    peer = MinHash(num_perm=N_PERMUTATIONS, seed=1, hashfunc=zlib.crc32, scheme="affine32")
    peer.update_batch(runs(text))

    assert signature(text).tolist() == peer.hashvalues.tolist()


def test_texts_without_words_belong_to_no_group() -> None:
    assert group([signature(""), signature("..."), signature("Yes"), signature("yes!")]) == [
        0, 1, 2, 2,
    ]  # fmt: skip
    assert group([]) == []


def test_a_signature_is_the_same_on_every_machine() -> None:
    assert signature("foreign troops must leave the province now")[:3].tolist() == [
        842143619, 86110502, 480829080,
    ]  # fmt: skip


def test_runs_are_of_five_words() -> None:
    assert runs("One, two; THREE four five six") == [
        b"one two three four five", b"two three four five six",
    ]  # fmt: skip
    assert runs("Two words") == [b"two words"]


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40))
def test_groups_are_named_by_their_first_member_in_any_order_of_joining(
    pairs: list[tuple[int, int]],
) -> None:
    parents, backwards = np.arange(20), np.arange(20)
    for one, other in pairs:
        join(parents, one, other)
    for one, other in reversed(pairs):
        join(backwards, other, one)

    firsts = [root(parents, i) for i in range(20)]

    assert firsts == [root(backwards, i) for i in range(20)]
    assert all(first <= i for i, first in enumerate(firsts))


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_texts_changes_only_who_is_first(order: list[int]) -> None:
    texts = [STORY, STORY + " Ends.", OTHER, OTHER + " Ends.", article(1).text, article(2).text]
    kinds = [0, 0, 1, 1, 2, 3]

    firsts = group([signature(texts[i]) for i in order])

    assert [kinds[order[first]] for first in firsts] == [kinds[i] for i in order]


def test_keys_differ_where_any_row_of_the_band_does() -> None:
    one = np.zeros((1, N_PERMUTATIONS), dtype=np.uint32)
    other = one.copy()
    other[0, 7] = 1

    assert (band_keys(one) != band_keys(other))[0].tolist() == [i == 1 for i in range(20)]
