"""What a labelled set is made of, as the last section of its data card.

`python -m labels.balance` writes that section of labels/data/README.md anew; run it after every
change to the shipped set, since a test compares the two.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from labels.labelled_set import LabelledSet, shipped
from labels.scheme import Coding

N_ACTORS = 15
CARD = Path(__file__).parent / "data" / "README.md"
HEADING = "## Balance\n"


def tables(labelled: LabelledSet) -> str:
    """Return Markdown tables: stances by file, speaker types by file, actors by frequency."""
    scheme = labelled.scheme
    blocks = [_by_file(labelled, scheme.stances, lambda coding: coding.stance)]
    if scheme.speaker_types:
        blocks.append(_by_file(labelled, scheme.speaker_types, lambda coding: coding.speaker_type))
    if scheme.has_actors:
        blocks.append(_actors(labelled))
    return "\n\n".join(blocks) + "\n"


def _by_file(
    labelled: LabelledSet, values: Sequence[str], value_of: Callable[[Coding], str | None]
) -> str:
    """Return one row a file of origin and one for all: sizes, then the share of each value."""
    rows = [["file", "documents", "sentences", *values]]
    parts = {
        origin: [one for one in labelled.documents if one.origin == origin]
        for origin in dict.fromkeys(one.origin for one in labelled.documents)
    }
    for name, documents in [*parts.items(), ("**all**", list(labelled.documents))]:
        counts = Counter(value_of(coding) for one in documents for coding in one.codings)
        n = sum(counts.values())
        shares = [f"{100 * counts[value] / n:.0f}%" if n else "-" for value in values]
        rows.append([name, str(len(documents)), str(n), *shares])
    return _table(rows)


def _actors(labelled: LabelledSet) -> str:
    """Return the most frequent actors, and how many sentences have none."""
    codings = [coding for one in labelled.documents for coding in one.codings]
    counts = Counter(actor for coding in codings for actor in coding.proposed_actors)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = [[actor, str(n)] for actor, n in ranked[:N_ACTORS]]
    rest = ranked[N_ACTORS:]
    if rest:
        listed.append([f"{len(rest)} others", str(sum(n for _, n in rest))])
    without = sum(not coding.proposed_actors for coding in codings)
    return _table([["actor", "sentences"], *listed, ["none", str(without)]])


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def section(labelled: LabelledSet) -> str:
    """Return the section of the data card, from its heading to the end."""
    texts = [one.document for one in labelled.documents]
    hosts = {text.host for text in texts if text.host}
    return (
        f"{HEADING}Written by `python -m labels.balance`; shares are of the file's sentences.\n\n"
        f"{len(texts)} articles about {len(hosts)} host states, {labelled.n_sentences} sentences; "
        f"sha256 of the set as loaded\n`{labelled.sha256}`.\n\n{tables(labelled)}"
    )


def main(card: Path = CARD) -> None:
    """Write the section of the shipped set's data card anew."""
    before, heading, _ = card.read_text(encoding="utf-8").partition(HEADING)
    if not heading:
        raise SystemExit(f"{card} has no section {HEADING.strip()!r}")
    card.write_text(before + section(shipped()), encoding="utf-8")


if __name__ == "__main__":
    main()
