"""One export of a network: statements in, ties, windows, files out."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from service.exports.choices import Format, NetworkKind, NetworkOptions
from service.exports.edges import write_dl, write_edges
from service.exports.gexf import write_gexf
from service.exports.graphml import write_graphml
from service.exports.networks import Network, Tie, one_mode, stance_range, ties, two_mode
from service.exports.statements import Statement
from service.exports.windows import Window, inside, windows


def write_network(
    statements: Iterable[Statement], out: Path, form: Format, chosen: NetworkOptions
) -> tuple[tuple[Path, ...], str]:
    """Write a network in one of the four forms.

    Args:
        statements: any number of them; their ties are held in memory.
        out: the file; GraphML and DL of windows go to files with the window in their names.
        form: GraphML, GEXF, edges or DL.
        chosen: how statements become a network.

    Returns:
        The files, and one line for people.
    """
    every = ties(statements, duplicates=chosen.duplicates, copies=chosen.copies)
    found = _frequent(list(every), chosen.min_ties)
    spread = stance_range(found)
    slices: list[tuple[Window, Network]] = []
    if chosen.window is not None:
        slices = [
            (window, _build(inside(found, window), chosen, spread))
            for window in windows(found, chosen.window, chosen.window_size)
        ]
    whole = _build(found, chosen, spread)
    size = f"{len(whole.nodes)} nodes, {len(whole.edges)} edges from {len(found)} ties"
    told = f"{size}, {len(slices)} windows" if slices else size
    parts: Sequence[tuple[Window | None, Network]] = slices or [(None, whole)]
    if form is Format.GEXF:
        about = {"kind": str(chosen.kind), "normalisation": str(chosen.normalisation)}
        write_gexf(whole, out, slices=slices, about=about)
        return (out,), told
    if form is Format.EDGES:
        write_edges(parts, out)
        return (out,), told
    written = []
    for window, network in parts:
        path = out.with_name(f"{out.stem}.{window.name}{out.suffix}") if window else out
        if form is Format.DL:
            write_dl(network, path)
        else:
            write_graphml(network, path, about={"window": window.name} if window else None)
        written.append(path)
    return tuple(written), told


def _build(found: Sequence[Tie], chosen: NetworkOptions, spread: int) -> Network:
    if chosen.kind is NetworkKind.TWO_MODE:
        return two_mode(found)
    return one_mode(
        found,
        chosen.kind,
        qualifier=chosen.qualifier,
        normalisation=chosen.normalisation,
        value_range=spread,
    )


def _frequent(found: list[Tie], min_ties: int) -> list[Tie]:
    counts: dict[str, int] = {}
    for tie in found:
        counts[tie.speaker] = counts.get(tie.speaker, 0) + 1
    return [tie for tie in found if counts[tie.speaker] >= min_ties]
