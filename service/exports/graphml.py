"""Networks as GraphML in its plain form, with typed attributes, which Gephi and R read."""

import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from labels.durable import replacing_text
from service.exports.networks import Edge, Network, Node, Value

# What XML 1.0 can't hold, even escaped.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TYPES: Mapping[type, str] = {str: "string", int: "int", float: "double"}


def write_graphml(network: Network, path: Path, *, about: Mapping[str, str] | None = None) -> None:
    """Write an undirected graph.

    Args:
        network: the nodes and edges.
        path: the file.
        about: attributes of the graph itself: the model, the window.
    """
    nodes = [node_values(node) for node in network.nodes]
    edges = [edge_values(edge) for edge in network.edges[:1]]  # there may be millions
    graph: dict[str, Value] = {"kind": str(network.kind), **(about or {})}
    keys = {
        (place, name): f"{place[0]}{number}"
        for place, values in (("graph", [graph]), ("node", nodes[:1]), ("edge", edges[:1]))
        for number, name in enumerate(values[0] if values else ())
    }
    kinds = {("graph", name): value for name, value in graph.items()}
    kinds |= {("node", name): value for name, value in (nodes[0] if nodes else {}).items()}
    kinds |= {("edge", name): value for name, value in (edges[0] if edges else {}).items()}
    with replacing_text(path) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"\n'
            '         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
            '         xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
            'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
        )
        for (place, name), key in keys.items():
            kind = TYPES[type(kinds[place, name])]
            file.write(
                f'  <key id="{key}" for="{place}" attr.name={attribute(name)} attr.type="{kind}"/>\n'
            )
        file.write('  <graph id="stancewire" edgedefault="undirected">\n')
        file.write(_data("graph", graph, keys, "    "))
        for node, values in zip(network.nodes, nodes, strict=True):
            file.write(f"    <node id={attribute(node.id)}>\n")
            file.write(_data("node", values, keys, "      ") + "    </node>\n")
        for number, edge in enumerate(network.edges):
            ends = f"source={attribute(edge.source)} target={attribute(edge.target)}"
            file.write(f'    <edge id="e{number}" {ends}>\n')
            file.write(_data("edge", edge_values(edge), keys, "      ") + "    </edge>\n")
        file.write("  </graph>\n</graphml>\n")


def _data(
    place: str, values: Mapping[str, Value], keys: Mapping[tuple[str, str], str], indent: str
) -> str:
    return "".join(
        f'{indent}<data key="{keys[place, name]}">{content(value)}</data>\n'
        for name, value in values.items()
    )


def node_values(node: Node) -> dict[str, Value]:
    """Return a node's attributes, by the names that all network files use."""
    return {
        "label": node.label,
        "variable": node.variable,
        "type": node.type,
        "frequency": node.frequency,
    }


def edge_values(edge: Edge) -> dict[str, Value]:
    """Return an edge's attributes, by the names that all network files use."""
    return {"weight": float(edge.weight), "signed": float(edge.signed), **edge.attributes}


def content(value: Value) -> str:
    """Return a value as XML text; characters that XML can't hold become question marks."""
    return escape(UNWRITABLE.sub("�", str(value)))


def attribute(value: Value) -> str:
    """Return a value as a quoted XML attribute."""
    return quoteattr(UNWRITABLE.sub("�", str(value)))
