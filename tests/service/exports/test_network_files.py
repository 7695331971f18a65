"""Every network file is read back by a program that isn't ours."""

import csv
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from lxml import etree

from service.exports.choices import NetworkKind, Unit
from service.exports.edges import write_dl, write_edges
from service.exports.gexf import write_gexf
from service.exports.graphml import write_graphml
from service.exports.networks import Network, Tie, one_mode, ties, two_mode
from service.exports.statements import statements
from service.exports.windows import inside, windows
from tests.service.exports.samples import press, said, tagged

NETWORKS = [NetworkKind.TWO_MODE, NetworkKind.SUBTRACT]


def found(*documents: dict[str, Any]) -> list[Tie]:
    return list(ties(one for document in documents or press() for one in statements(document)))


def build(kind: NetworkKind, of: list[Tie] | None = None) -> Network:
    chosen = found() if of is None else of
    return two_mode(chosen) if kind is NetworkKind.TWO_MODE else one_mode(chosen, kind)


def same(graph: Any, network: Network) -> None:
    assert {
        node: (data["label"], data["variable"], data["type"], data["frequency"])
        for node, data in graph.nodes(data=True)
    } == {node.id: (node.label, node.variable, node.type, node.frequency) for node in network.nodes}
    assert {frozenset((a, b)): data["signed"] for a, b, data in graph.edges(data=True)} == {
        frozenset((edge.source, edge.target)): edge.signed for edge in network.edges
    }
    for edge in network.edges:
        data = graph.edges[edge.source, edge.target]
        assert data["weight"] == edge.weight
        assert {name: data[name] for name in edge.attributes} == edge.attributes


@pytest.mark.parametrize("kind", NETWORKS)
def test_networkx_reads_the_graphml_back(tmp_path: Path, kind: NetworkKind) -> None:
    path, network = tmp_path / "x.graphml", build(kind)

    write_graphml(network, path, about={"model": "v1"})

    graph = nx.read_graphml(path)
    same(graph, network)
    assert not graph.is_directed()
    assert graph.graph["kind"] == str(kind)
    assert graph.graph["model"] == "v1"


@pytest.mark.parametrize("kind", NETWORKS)
def test_networkx_reads_the_gexf_back(tmp_path: Path, kind: NetworkKind) -> None:
    path, network = tmp_path / "x.gexf", build(kind)

    write_gexf(network, path)

    same(nx.read_gexf(path), network)


def dynamic(path: Path, kind: NetworkKind, size: int = 1) -> Any:
    chosen = found()
    slices = [
        (window, build(kind, inside(chosen, window)))
        for window in windows(chosen, Unit.MONTH, size)
    ]
    write_gexf(build(kind), path, slices=slices, about={"kind": str(kind)})
    return nx.read_gexf(path)


def test_a_dynamic_gexf_says_when_each_node_and_edge_exists(tmp_path: Path) -> None:
    path = tmp_path / "x.gexf"

    graph = dynamic(path, NetworkKind.TWO_MODE)

    january, march = ("2026-01-01", "2026-01-31"), ("2026-03-01", "2026-03-31")
    assert graph.nodes["s:Ana Costa"]["spells"] == [january, march]
    assert graph.edges["s:Ana Costa", "a:UN"]["spells"] == [january]
    assert graph.edges["s:Ana Costa", "a:RUS"]["spells"] == [march]
    assert graph.edges["s:Bello", "a:UN"]["weight_in_window"] == [(1.0, *january), (1.0, *march)]
    root = etree.parse(path).getroot()
    (declared,) = root.iterfind("{*}graph")
    assert dict(declared.attrib) == {
        "mode": "dynamic",
        "defaultedgetype": "undirected",
        "timeformat": "date",
        "start": "2026-01-01",
        "end": "2026-03-31",
    }


def test_windows_that_touch_are_one_spell(tmp_path: Path) -> None:
    graph = dynamic(tmp_path / "x.gexf", NetworkKind.TWO_MODE, size=2)

    assert graph.nodes["s:Ana Costa"]["spells"] == [("2026-01-01", "2026-03-31")]


@pytest.mark.parametrize("kind", NETWORKS)
def test_an_empty_network_is_a_readable_file(tmp_path: Path, kind: NetworkKind) -> None:
    network = build(kind, [])

    write_graphml(network, tmp_path / "x.graphml")
    write_gexf(network, tmp_path / "x.gexf")

    assert len(nx.read_graphml(tmp_path / "x.graphml")) == 0
    assert len(nx.read_gexf(tmp_path / "x.gexf")) == 0


def test_names_with_markup_control_and_rare_characters_survive(tmp_path: Path) -> None:
    name = 'A & "B" <c> \x0b🕊️𐌰'
    network = build(NetworkKind.TWO_MODE, found(tagged("d", said("favor", name, "UN"))))

    write_graphml(network, tmp_path / "x.graphml")
    write_gexf(network, tmp_path / "x.gexf")

    shown = 'A & "B" <c> �🕊️𐌰'
    for graph in (nx.read_graphml(tmp_path / "x.graphml"), nx.read_gexf(tmp_path / "x.gexf")):
        assert graph.nodes[f"s:{shown}"]["label"] == shown


def test_the_graphml_follows_the_published_grammar(tmp_path: Path) -> None:
    """GraphML's schema, as far as we use it, in RELAX NG: order, names, required attributes."""
    path = tmp_path / "x.graphml"
    write_graphml(build(NetworkKind.TWO_MODE), path)

    grammar = etree.RelaxNG(etree.fromstring(GRAPHML_GRAMMAR))

    grammar.assertValid(etree.parse(path))


GRAPHML_GRAMMAR = b"""
<element name="graphml" ns="http://graphml.graphdrawing.org/xmlns"
    xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <optional><attribute name="schemaLocation" ns="http://www.w3.org/2001/XMLSchema-instance"/>
  </optional>
  <zeroOrMore><element name="key">
    <attribute name="id" ns=""><data type="NMTOKEN"/></attribute>
    <attribute name="for" ns=""><choice><value>graph</value><value>node</value><value>edge</value>
    </choice></attribute>
    <attribute name="attr.name" ns=""/>
    <attribute name="attr.type" ns=""><choice><value>string</value><value>int</value>
    <value>double</value></choice></attribute>
  </element></zeroOrMore>
  <element name="graph">
    <attribute name="id" ns=""/>
    <attribute name="edgedefault" ns=""><value>undirected</value></attribute>
    <zeroOrMore><ref name="data"/></zeroOrMore>
    <zeroOrMore><element name="node"><attribute name="id" ns=""/>
      <zeroOrMore><ref name="data"/></zeroOrMore></element></zeroOrMore>
    <zeroOrMore><element name="edge"><attribute name="id" ns=""/>
      <attribute name="source" ns=""/><attribute name="target" ns=""/>
      <zeroOrMore><ref name="data"/></zeroOrMore></element></zeroOrMore>
  </element>
</element>
""".replace(
    b'<ref name="data"/>', b'<element name="data"><attribute name="key" ns=""/><text/></element>'
)


def test_networkx_builds_the_network_from_the_edge_table(tmp_path: Path) -> None:
    path, network = tmp_path / "x.csv", build(NetworkKind.TWO_MODE)

    n_rows = write_edges([(None, network)], path)

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    graph: Any = nx.Graph()
    graph.add_weighted_edges_from(
        (row["Source"], row["Target"], float(row["Weight"])) for row in rows
    )
    assert n_rows == graph.number_of_edges() == len(network.edges)
    assert graph.edges["s:Bello", "a:UN"]["weight"] == 2
    bello = next(row for row in rows if (row["Source"], row["Target"]) == ("s:Bello", "a:UN"))
    assert (bello["n_favor"], bello["n_against"], bello["target_type"], bello["last"]) == (
        "1",
        "1",
        "organisation",
        "2026-03-11",
    )


def test_the_edge_table_of_windows_names_their_days(tmp_path: Path) -> None:
    path, chosen = tmp_path / "x.csv", found()
    slices = [
        (w, build(NetworkKind.TWO_MODE, inside(chosen, w))) for w in windows(chosen, Unit.MONTH)
    ]

    write_edges(slices, path)

    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["Source"], row["window_first"]) for row in csv.DictReader(file)]
    assert rows == [
        ("s:Ana Costa", "2026-01-01"),
        ("s:Bello", "2026-01-01"),
        ("s:Bello", "2026-01-01"),
        ("s:Ana Costa", "2026-03-01"),
        ("s:Bello", "2026-03-01"),
    ]


def test_a_two_mode_matrix_is_labelled_on_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "x.dl"

    write_dl(build(NetworkKind.TWO_MODE), path)

    assert path.read_text() == (
        "dl nr = 2, nc = 2, format = fullmatrix\n"
        'row labels:\n"Ana Costa"\n"Bello"\n'
        'col labels:\n"RUS"\n"UN"\n'
        "data:\n 0 1\n -1 0\n"
    )


def test_a_one_mode_matrix_is_symmetric_and_its_labels_differ(tmp_path: Path) -> None:
    path = tmp_path / "x.dl"
    chosen = found(
        tagged(
            "d",
            said("favor", "O'Neil", "UN"),
            said("conditional", "ONeil", "UN"),
            said("against", "Z", "RUS"),
        )
    )

    write_dl(one_mode(chosen, NetworkKind.CONGRUENCE, value_range=3), path)

    lines = path.read_text().splitlines()
    assert lines[:6] == [
        "dl n = 3, format = fullmatrix",
        "labels:",
        '"ONeil"',
        '"ONeil 2"',
        '"Z"',
        "data:",
    ]
    assert lines[6:] == [" 0 0.666667 0", " 0.666667 0 0", " 0 0 0"]
