"""The n-grams that a head knows, as arrays, and all of them found in a batch in a few passes.

Words are numbered by one dictionary a view. Longer n-grams are a trie in sorted arrays: an n-gram is
the (n-1)-gram that begins it and one more word, written as one number. So no n-gram is ever spelled
out, and the arrays can be mapped into memory and shared by processes.

```
rows of tokens | distinct rows | number of each word | known pairs | known triples ... | (row, term)
```
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Literal

import numpy as np
import numpy.typing as npt

from model.spelled import kept

Ids = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Tokens = tuple[str, ...]
Analyzer = Literal["word", "char_wb"]

# Distinct tokens whose character n-grams are kept; news repeats its words (8 MB at most).
CACHED_TOKENS = 50_000
UNKNOWN = -1
NO_WORDS: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class ViewTerms:
    """The terms of one view: as many as its vectoriser knows, numbered as there.

    Attributes:
        analyzer: "word" counts n-grams of tokens, "char_wb" n-grams of characters inside tokens.
        ngrams: smallest and largest n.
        first: number of its first term among those of all views.
        spelled: of a view of words, every word that stands in an n-gram; of a view of characters,
            every n-gram, in the order of the terms.
    """

    analyzer: Analyzer
    ngrams: tuple[int, int]
    first: int
    spelled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """Word n-grams of one length; parallel arrays, sorted by code.

    Attributes:
        codes: number of the (n-1)-gram, times the number of all words, plus the last word's number;
            of single words (level 1) their number, counted through all views.
        terms: which term the n-gram is, or -1 where it only begins longer ones.
        grows: whether a longer n-gram begins with it.
    """

    codes: Ids
    terms: Ids
    grows: Flags


@dataclass(frozen=True, slots=True)
class Found:
    """Terms found in a batch.

    Attributes:
        segments: for each view, for each row, which distinct row of tokens it is; the numbers go on
            from view to view.
        n_segments: how many there are in all.
        views: the view of each segment.
        at: segment of each term found.
        terms: the terms, in no order.
    """

    segments: tuple[Ids, ...]
    n_segments: int
    views: Ids
    at: Ids
    terms: Ids


class NgramTable:
    """All views' n-grams of one head.

    Attributes:
        views: in the head's order.
        levels: word n-grams by length, from 1.
        n_terms: of all views.
        n_words: that are known, of all views.
        words: of each view of words, the number of each; of a view of characters, the function that
            finds its terms in a token.
    """

    def __init__(self, views: Sequence[ViewTerms], levels: Sequence[Level], n_terms: int) -> None:
        self.views = tuple(views)
        self.levels = tuple(levels)
        self.n_terms = n_terms
        self.n_words = len(self.levels[0].codes)
        self.words: list[dict[str, int] | Characters] = []
        start = 0
        for view in self.views:
            if view.analyzer == "word":
                self.words.append({kept(word): start + i for i, word in enumerate(view.spelled)})
                start += len(view.spelled)
            else:
                self.words.append(Characters(view))

    @classmethod
    def built(
        cls, vocabularies: Sequence[tuple[Analyzer, tuple[int, int], Mapping[str, int]]]
    ) -> "NgramTable":
        """Return the table of fitted vocabularies: analyzer, n-grams and number by term of each view."""
        views: list[ViewTerms] = []
        numbered: list[tuple[list[int], int]] = []  # words and term of each n-gram of words
        first = n_words = 0
        for analyzer, ngrams, vocabulary in vocabularies:
            if analyzer == "word":
                split = {term: tuple(term.split(" ")) for term in vocabulary}
                spelled = tuple(sorted({word for words in split.values() for word in words}))
                number = {word: n_words + i for i, word in enumerate(spelled)}
                numbered += [
                    ([number[word] for word in split[term]], first + i)
                    for term, i in vocabulary.items()
                ]
                n_words += len(spelled)
            else:
                spelled = tuple(sorted(vocabulary, key=vocabulary.__getitem__))
            views.append(ViewTerms(analyzer, ngrams, first, spelled))
            first += len(vocabulary)
        return cls(views, _levels(numbered, n_words), first)

    def find(self, columns: Sequence[Sequence[Tokens]]) -> Found:
        """Find the known n-grams of every row; `columns` holds each view's rows.

        A row of tokens that stands several times in a column is looked at once.
        """
        distinct: list[dict[Tokens, int]] = []
        segments: list[Ids] = []
        n_segments = 0
        for rows in columns:
            seen: dict[Tokens, int] = {}
            add = seen.setdefault
            places = [add(tokens, len(seen)) for tokens in rows]
            segments.append(np.array(places, dtype=np.int64) + n_segments)
            distinct.append(seen)
            n_segments += len(seen)
        views = np.repeat(np.arange(len(columns)), [len(seen) for seen in distinct])
        at, terms = self._words(distinct, n_segments)
        if any(isinstance(words, Characters) for words in self.words):
            more_at, more_terms = self._characters(distinct)
            at, terms = np.concatenate([at, more_at]), np.concatenate([terms, more_terms])
        return Found(tuple(segments), n_segments, views, at, terms)

    def walked(self) -> list[tuple[Ids, Ids, Ids | None]]:
        """Return codes, terms and starts of each level, for one who goes on from gram to gram.

        The n-grams that begin with the (n-1)-gram `i` are numbers `starts[i]` to `starts[i + 1]` of
        their level; single words have no starts.
        """
        levels: list[tuple[Ids, Ids, Ids | None]] = []
        for level in self.levels:
            starts = None
            if levels:
                before = len(levels[-1][0])
                starts = np.searchsorted(level.codes, np.arange(before + 1) * self.n_words)
            levels.append((level.codes, level.terms, starts))
        return levels

    def names(self) -> list[str]:
        """Return every term spelled out, by its number."""
        names = [""] * self.n_terms
        words: list[str] = []
        for view in self.views:
            if view.analyzer == "word":
                words += view.spelled
            else:
                names[view.first : view.first + len(view.spelled)] = view.spelled
        spelled = words
        for level in self.levels:
            if level is not self.levels[0]:
                before, last = np.divmod(level.codes, max(self.n_words, 1))
                spelled = [
                    f"{spelled[i]} {words[j]}"
                    for i, j in zip(before.tolist(), last.tolist(), strict=True)
                ]
            for name, term in zip(spelled, level.terms.tolist(), strict=True):
                if term != UNKNOWN:
                    names[term] = name
        return names

    def _words(self, distinct: Sequence[Mapping[Tokens, int]], n_segments: int) -> tuple[Ids, Ids]:
        """Return segment and term of every known n-gram of words."""
        lengths = np.fromiter(chain.from_iterable(map(len, seen) for seen in distinct), np.int64)
        numbers = np.fromiter(
            chain.from_iterable(
                map(_number_in(words), chain.from_iterable(seen), repeat(UNKNOWN))
                for words, seen in zip(self.words, distinct, strict=True)
            ),
            np.int64,
            count=int(lengths.sum()),
        )
        segment_of = np.repeat(np.arange(n_segments), lengths)
        end_of = np.cumsum(lengths)
        places = np.flatnonzero(numbers != UNKNOWN)  # where an n-gram begins
        grams = numbers[places]  # which (n-1)-gram begins there
        at, terms = [], []
        for n, level in enumerate(self.levels, 1):
            if n > 1:
                places, grams = _longer(
                    places, grams, n, level, numbers, end_of[segment_of[places]], self.n_words
                )
            of_gram = level.terms[grams]
            known = of_gram != UNKNOWN
            at.append(segment_of[places[known]])
            terms.append(of_gram[known])
            growing = level.grows[grams]
            places, grams = places[growing], grams[growing]
            if not len(places):
                break
        return np.concatenate(at), np.concatenate(terms)

    def _characters(self, distinct: Sequence[Mapping[Tokens, int]]) -> tuple[Ids, Ids]:
        """Return segment and term of every known n-gram of characters."""
        at: list[int] = []
        terms: list[int] = []
        segment = 0
        for words, seen in zip(self.words, distinct, strict=True):
            if not isinstance(words, Characters):
                segment += len(seen)
                continue
            for tokens in seen:
                before = len(terms)
                for token in tokens:
                    terms += words(token)
                at += [segment] * (len(terms) - before)
                segment += 1
        return np.array(at, dtype=np.int64), np.array(terms, dtype=np.int64)


def _number_in(words: "dict[str, int] | Characters") -> Callable[[str, int], int]:
    """Return the function that looks a token up; a view of characters knows none as a whole."""
    return words.get if isinstance(words, dict) else NO_WORDS.get


class Characters:
    """The known n-grams of characters of a token of one view; those of the last tokens are kept."""

    def __init__(self, view: ViewTerms) -> None:
        self._numbers = {gram: view.first + i for i, gram in enumerate(view.spelled)}
        self._ngrams = view.ngrams
        self._kept: dict[str, list[int]] = {}

    def __call__(self, token: str) -> list[int]:
        """Return the terms of a token."""
        found = self._kept.get(token)
        if found is None:
            get = self._numbers.get
            found = [i for i in map(get, _grams(token, *self._ngrams)) if i is not None]
            if len(self._kept) >= CACHED_TOKENS:
                self._kept.clear()
            self._kept[token] = found
        return found


def _grams(token: str, smallest: int, largest: int) -> list[str]:
    """Return the n-grams of characters of a padded token; one shorter than n counts once."""
    padded = f" {token} "
    grams: list[str] = []
    for n in range(smallest, largest + 1):
        if n >= len(padded):
            grams.append(padded)
            break
        grams += [padded[i : i + n] for i in range(len(padded) - n + 1)]
    return grams


def _longer(
    places: Ids, grams: Ids, n: int, level: Level, numbers: Ids, ends: Ids, n_words: int
) -> tuple[Ids, Ids]:
    """Return where the n-grams of one level stand, and which they are.

    Args:
        places: where the (n-1)-grams that longer ones begin with stand.
        grams: which they are.
        n: length wanted.
        level: the known n-grams of that length.
        numbers: word at each place.
        ends: one past the last place of each (n-1)-gram's row.
        n_words: that are known.
    """
    last = places + (n - 1)
    inside = last < ends
    places, grams, last = places[inside], grams[inside], last[inside]
    words = numbers[last]
    codes = grams * n_words + words
    found = np.searchsorted(level.codes, codes)
    found[found == len(level.codes)] = 0
    known = (level.codes[found] == codes) & (words != UNKNOWN)
    return places[known], found[known]


def _levels(numbered: Sequence[tuple[list[int], int]], n_words: int) -> list[Level]:
    """Build the trie of n-grams, each given by its words and its term."""
    codes = np.arange(n_words)
    grams = [(words, words[0], term) for words, term in numbered]  # words, its (n-1)-gram, term
    levels = []
    n = 1
    while True:
        terms = np.full(len(codes), UNKNOWN)
        grows = np.zeros(len(codes), dtype=np.bool_)
        for words, gram, term in grams:
            if len(words) == n:
                terms[gram] = term
            else:
                grows[gram] = True
        levels.append(Level(codes, terms, grows))
        grams = [item for item in grams if len(item[0]) > n]
        if not grams:
            return levels
        n += 1
        wanted = np.array([gram * n_words + words[n - 1] for words, gram, _ in grams])
        codes, places = np.unique(wanted, return_inverse=True)
        grams = [
            (words, place, term)
            for (words, _, term), place in zip(grams, places.tolist(), strict=True)
        ]
