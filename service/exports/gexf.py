"""Networks as GEXF: static, or dynamic with the days in which each node and edge exists.

Gephi reads a dynamic file only where it says in which form its times stand (`timeformat`), so we
write the file ourselves. Days are inclusive at both ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from labels.durable import replacing_text
from service.exports.graphml import attribute, edge_values, node_values
from service.exports.networks import Edge, Network, Value
from service.exports.windows import Window

TYPES: Mapping[type, str] = {str: "string", int: "integer", float: "double"}
IN_WINDOW = "weight_in_window"


def write_gexf(
    network: Network,
    path: Path,
    *,
    slices: Sequence[tuple[Window, Network]] = (),
    about: Mapping[str, str] | None = None,
) -> None:
    """Write an undirected graph; dynamic where there are slices.

    Args:
        network: of the whole time.
        path: the file.
        slices: networks of windows in the order of time. A node or edge exists in the windows
            that hold it, and each edge bears its `weight_in_window` for each of them.
        about: told in the file's description: the model, the options.
    """
    edges = [edge_values(edge) for edge in network.edges[:1]]  # there may be millions
    nodes = [node_values(node) for node in network.nodes]
    node_windows, edge_windows = _presence(slices)
    mode = "dynamic" if slices else "static"
    times = f' timeformat="date" {_period(slices[0][0], slices[-1][0])}' if slices else ""
    described = ", ".join(f"{name}: {value}" for name, value in (about or {}).items())
    with replacing_text(path) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write('<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n')
        file.write("  <meta><creator>stancewire</creator>")
        file.write(f"<description>{attribute(described)[1:-1]}</description></meta>\n")
        file.write(f'  <graph mode="{mode}" defaultedgetype="undirected"{times}>\n')
        _attributes(file, "node", nodes[0] if nodes else {}, hidden=("label",))
        _attributes(file, "edge", edges[0] if edges else {}, hidden=("weight",))
        if slices:
            file.write('    <attributes class="edge" mode="dynamic">\n')
            file.write(f'      <attribute id="w" title="{IN_WINDOW}" type="double"/>\n')
            file.write("    </attributes>\n")
        file.write("    <nodes>\n")
        for node, values in zip(network.nodes, nodes, strict=True):
            file.write(f"      <node id={attribute(node.id)} label={attribute(node.label)}>\n")
            _values(file, values, hidden=("label",))
            _spells(file, node_windows.get(node.id, ()))
            file.write("      </node>\n")
        file.write("    </nodes>\n    <edges>\n")
        for number, edge in enumerate(network.edges):
            ends = f"source={attribute(edge.source)} target={attribute(edge.target)}"
            file.write(f'      <edge id="{number}" {ends} weight="{edge.weight}">\n')
            present = edge_windows.get((edge.source, edge.target), ())
            _values(file, edge_values(edge), hidden=("weight",), present=present)
            _spells(file, [window for window, _ in present])
            file.write("      </edge>\n")
        file.write("    </edges>\n  </graph>\n</gexf>\n")


Present = Sequence[tuple[Window, Edge]]


def _presence(
    slices: Iterable[tuple[Window, Network]],
) -> tuple[dict[str, list[Window]], dict[tuple[str, str], list[tuple[Window, Edge]]]]:
    nodes: dict[str, list[Window]] = {}
    edges: dict[tuple[str, str], list[tuple[Window, Edge]]] = {}
    for window, network in slices:
        for node in network.nodes:
            nodes.setdefault(node.id, []).append(window)
        for edge in network.edges:
            edges.setdefault((edge.source, edge.target), []).append((window, edge))
    return nodes, edges


def _attributes(
    file: IO[str], kind: str, values: Mapping[str, Value], *, hidden: Sequence[str]
) -> None:
    """Declare the attributes that Gephi has no field of its own for."""
    file.write(f'    <attributes class="{kind}" mode="static">\n')
    for name, value in values.items():
        if name not in hidden:
            title, shown = attribute(name), TYPES[type(value)]
            file.write(f'      <attribute id={title} title={title} type="{shown}"/>\n')
    file.write("    </attributes>\n")


def _values(
    file: IO[str],
    values: Mapping[str, Value],
    *,
    hidden: Sequence[str],
    present: Present = (),
) -> None:
    file.write("        <attvalues>\n")
    for name, value in values.items():
        if name not in hidden:
            file.write(f"          <attvalue for={attribute(name)} value={attribute(value)}/>\n")
    for window, edge in present:
        file.write(
            f'          <attvalue for="w" value="{edge.weight}" {_period(window, window)}/>\n'
        )
    file.write("        </attvalues>\n")


def _spells(file: IO[str], present: Sequence[Window]) -> None:
    """Write when something exists; windows that touch or overlap become one spell."""
    merged: list[Window] = []
    for window in present:
        if merged and window.first <= merged[-1].last + timedelta(days=1):
            merged[-1] = Window(merged[-1].first, max(merged[-1].last, window.last))
        else:
            merged.append(window)
    if merged:
        file.write("        <spells>\n")
        for window in merged:
            file.write(f"          <spell {_period(window, window)}/>\n")
        file.write("        </spells>\n")


def _period(first: Window, last: Window) -> str:
    return f'start="{first.first.isoformat()}" end="{last.last.isoformat()}"'
