"""The figures of docs/performance.md, between their two marks, from benchmarks/results/speed.json."""

from collections.abc import Iterator, Mapping
from typing import Any

BEGIN, END = "<!-- figures: make bench -->", "<!-- end of figures -->"
NAMES = {
    "fasttext": "fastText, one head",
    "spacy": "spaCy blank + textcat, one head",
    "minilm": "MiniLM + LR, one head",
}


def with_figures(page: str, found: Mapping[str, Any]) -> str:
    """Return the page with the figures put between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{chr(10).join(lines(found))}\n{END}{after}"


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of all tables for which there are figures."""
    yield f"{found['machine']}; `make bench`."
    for part, told in (
        ("tagger", _tagger),
        ("split", _split),
        ("article_size", _article_size),
        ("archive_size", _archive_size),
        ("start_up", _start_up),
    ):
        if part in found:
            yield ""
            yield from told(found)


def _tagger(found: Mapping[str, Any]) -> Iterator[str]:
    told = found["tagger"]
    ours, plain = told["archive_us"]["ours"], told["archive_us"]["plain"]
    heads, article = told["heads_us"], told["article_ms"]
    alone = told["article_heads_ms"]
    yield "| what | stancewire | plain scikit-learn | ratio |"
    yield "| --- | ---: | ---: | ---: |"
    yield (f"| whole pipeline, {told['documents']:,} articles, one core "
           f"| {ours:.0f} us a sentence | {plain:.0f} us | {plain / ours:.1f} |")  # fmt: skip
    yield (f"| heads alone, the same articles | {heads['ours']:.0f} us a sentence "
           f"| {heads['plain']:.0f} us | {heads['plain'] / heads['ours']:.1f} |")  # fmt: skip
    yield (f"| whole pipeline, one article of 15 sentences | {article['ours']:.2f} ms "
           f"| {article['plain']:.1f} ms | {article['plain'] / article['ours']:.1f} |")  # fmt: skip
    yield (f"| heads alone, one article of 15 sentences | {alone['ours']:.2f} ms "
           f"| {alone['plain']:.1f} ms | {alone['plain'] / alone['ours']:.1f} |")  # fmt: skip
    if "passes" in heads:
        yield (f"| heads alone, without the extension | {heads['passes']:.0f} us a sentence "
               f"| {heads['plain']:.0f} us | {heads['plain'] / heads['passes']:.1f} |")  # fmt: skip
        yield (f"| the same, one article of 15 sentences | {alone['passes']:.2f} ms "
               f"| {alone['plain']:.1f} ms | {alone['plain'] / alone['passes']:.1f} |")  # fmt: skip
    if "pure" in found:
        yield from _pure(found["pure"])
    yield ""
    yield "| on the same text, one core | sentences a second | times stancewire |"
    yield "| --- | ---: | ---: |"
    yield f"| stancewire, all heads and attribution | {1e6 / ours:,.0f} | 1 |"
    yield (f"| stancewire, its heads alone | {1e6 / heads['ours']:,.0f} "
           f"| {ours / heads['ours']:.2f} |")  # fmt: skip
    for name, us in found.get("peers", {}).items():
        if us is None:
            yield f"| {NAMES[name]} | not installed | |"
        else:
            yield f"| {NAMES[name]} | {1e6 / us:,.0f} | {ours / us:.2f} |"
    speed = told["bytes"] / told["sentences"] / ours
    split = told["bytes"] / told["sentences"] / told["split_us"]
    yield ""
    yield (f"{speed:.3f} MB of text a second; Python's `str.split` over the same text {split:.0f} MB/s: "
           f"the limit is {split / speed:,.0f} times away.")  # fmt: skip


def _pure(told: Mapping[str, Any]) -> Iterator[str]:
    batch, article = told["archive_us"], told["article_ms"]
    yield (f"| whole pipeline, not compiled | {batch['ours']:.0f} us a sentence "
           f"| {batch['plain']:.0f} us | {batch['plain'] / batch['ours']:.1f} |")  # fmt: skip
    yield (f"| the same, one article of 15 sentences | {article['ours']:.2f} ms "
           f"| {article['plain']:.1f} ms | {article['plain'] / article['ours']:.1f} |")  # fmt: skip


def _split(found: Mapping[str, Any]) -> Iterator[str]:
    yield "| where time goes, whole pipeline, not compiled | part |"
    yield "| --- | ---: |"
    for name, share in found["split"].items():
        if share >= 0.01:
            yield f"| {name} | {share:.0%} |"


def _article_size(found: Mapping[str, Any]) -> Iterator[str]:
    told = found["article_size"]
    yield "| sentences of one article | ms | us a sentence |"
    yield "| ---: | ---: | ---: |"
    for size, seconds in told["points"]:
        yield f"| {size:,} | {1e3 * seconds:.2f} | {1e6 * seconds / size:.0f} |"
    yield ""
    yield (f"Exponent of time over size {told['exponent']:.2f}; from 30 sentences on, where the cost of a "
           f"call no longer counts, {told['exponent_from_30']:.2f}.")  # fmt: skip


def _archive_size(found: Mapping[str, Any]) -> Iterator[str]:
    told = found["archive_size"]
    yield "| articles (three sentences each) | s | us an article |"
    yield "| ---: | ---: | ---: |"
    for size, seconds in told["points"]:
        yield f"| {size:,} | {seconds:.1f} | {1e6 * seconds / size:.0f} |"
    yield ""
    yield f"Exponent of time over size {told['exponent']:.2f}."


def _start_up(found: Mapping[str, Any]) -> Iterator[str]:
    told = found["start_up"]
    yield "| cold start | s | of these CPU |"
    yield "| --- | ---: | ---: |"
    for name, key in (
        ("Python itself", "python_s"),
        ("`stancewire --help`", "help_s"),
        ("`stancewire tag` of one file", "tag_one_file_s"),
        ("server ready, version loaded", "server_ready_s"),
    ):
        seconds, cpu = told[key]
        yield f"| {name} | {seconds:.3f} | {cpu:.3f} |"
    yield ""
    yield (
        "| serving workers | resident MB each | of these its own | version's files mapped MB | "
        "its share of these |"
    )
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for n, memory in told["workers"].items():
        yield (f"| {n} | {memory['rss_mb']:.0f} | {memory['uss_mb']:.0f} "
               f"| {memory['version_rss_mb']:.1f} | {memory['version_pss_mb']:.1f} |")  # fmt: skip
