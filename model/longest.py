"""The longest of many listed phrases that begins at each word: for cues, and for names of states."""

from collections.abc import Iterable, Sequence

Phrase = tuple[str, ...]


class Longest:
    """Phrases by their first word, longest first."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_first: dict[str, list[tuple[int, Phrase]]] = {}
        for phrase in phrases:
            by_first.setdefault(phrase[0], []).append((len(phrase), phrase))
        self._by_first = {first: sorted(listed, reverse=True) for first, listed in by_first.items()}

    def find(self, words: Sequence[str]) -> list[tuple[int, int, Phrase]]:
        """Return [start, end) and phrase of what stands in `words`, in order; none overlaps."""
        found: list[tuple[int, int, Phrase]] = []
        by_first, free = self._by_first, 0
        for at in [at for at, word in enumerate(words) if word in by_first]:
            if at < free:
                continue
            for n, phrase in by_first[words[at]]:
                if n == 1 or tuple(words[at : at + n]) == phrase:
                    free = at + n
                    found.append((at, free, phrase))
                    break
        return found
