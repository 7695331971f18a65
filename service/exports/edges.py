"""Networks as tables of edges (CSV) and as UCINET's DL matrices."""

import csv
from collections.abc import Sequence
from pathlib import Path

from labels.durable import replacing_text
from labels.exchange.csv import guard
from service.exports.choices import NetworkKind
from service.exports.graphml import edge_values
from service.exports.networks import Network, Value
from service.exports.windows import Window

ENDS = (
    "Source",
    "Target",
    "Type",
    "Weight",
    "source_label",
    "source_type",
    "target_label",
    "target_type",
    "target_variable",
)


def write_edges(slices: Sequence[tuple[Window | None, Network]], path: Path) -> int:
    """Write one row an edge (and window), with Gephi's header; return the number of rows.

    Args:
        slices: networks, each with its window; None for the whole time.
        path: the file. Speakers' ids begin with `s:`, actors' with `a:`, since both may be "UN".
    """
    names = {
        name: None
        for _, network in slices
        for edge in network.edges[:1]
        for name in edge_values(edge)
        if name != "weight"
    }
    n_rows = 0
    with replacing_text(path) as file:
        table = csv.writer(file)
        table.writerow([*ENDS, *names, "window_first", "window_last"])
        for window, network in slices:
            nodes = {node.id: node for node in network.nodes}
            days = [window.first.isoformat(), window.last.isoformat()] if window else ["", ""]
            for edge in network.edges:
                source, target = nodes[edge.source], nodes[edge.target]
                values = edge_values(edge)
                cells: list[Value] = [
                    source.id,
                    target.id,
                    "Undirected",
                    edge.weight,
                    guard(source.label),
                    source.type,
                    guard(target.label),
                    target.type,
                    target.variable,
                ]
                table.writerow([*cells, *(values.get(name, 0) for name in names), *days])
                n_rows += 1
    return n_rows


def write_dl(network: Network, path: Path) -> None:
    """Write a full matrix of the edges' signed weights, as DNA does.

    Two modes: rows are speakers, columns actors, cells favor less against. One mode: a square.
    """
    speakers = [node for node in network.nodes if node.variable == "speaker"]
    two_mode = network.kind is NetworkKind.TWO_MODE
    actors = [node for node in network.nodes if node.variable != "speaker"]
    others = actors if two_mode else speakers
    weights = {(edge.source, edge.target): edge.signed for edge in network.edges}
    if not two_mode:
        weights |= {(b, a): weight for (a, b), weight in weights.items()}
    with replacing_text(path) as file:
        size = f"nr = {len(speakers)}, nc = {len(others)}" if two_mode else f"n = {len(speakers)}"
        file.write(f"dl {size}, format = fullmatrix\n")
        file.write("row labels:\n" if two_mode else "labels:\n")
        file.writelines(f"{label}\n" for label in _labels([node.label for node in speakers]))
        if two_mode:
            file.write("col labels:\n")
            file.writelines(f"{label}\n" for label in _labels([node.id[2:] for node in others]))
        file.write("data:\n")
        for row in speakers:
            cells = (weights.get((row.id, column.id), 0.0) for column in others)
            file.write(
                "".join(f" {cell:g}" if cell == int(cell) else f" {cell:.6f}" for cell in cells)
            )
            file.write("\n")


def _labels(names: Sequence[str]) -> list[str]:
    """Quoted labels without quotation marks in them, each different from the others."""
    made: dict[str, None] = {}
    for name in names:
        plain = " ".join(name.replace('"', "").replace("'", "").split())
        label, number = plain, 1
        while label in made:
            number += 1
            label = f"{plain} {number}"
        made[label] = None
    return [f'"{label}"' for label in made]
