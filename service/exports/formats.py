"""The forms in which tagged documents leave, and how one export goes from files to a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labels.document import Document
from labels.errors import StancewireError
from labels.exchange.task import Task, suggest
from labels.exchange.tools import Tool, write_tasks
from labels.scheme import CODEBOOK
from service.exports.choices import Format, Options, Selection
from service.exports.dna import write_dna
from service.exports.event_list import write_event_list
from service.exports.source import Articles, NoSuchSource, read_tagged
from service.exports.statements import Statement, statements
from service.exports.tables import write_csv, write_jsonl, write_parquet

NETWORKS = frozenset({Format.GRAPHML, Format.GEXF, Format.EDGES, Format.DL})
TOOLS = {
    Format.LABEL_STUDIO: Tool.LABEL_STUDIO,
    Format.DOCCANO: Tool.DOCCANO,
    Format.PRODIGY: Tool.PRODIGY,
    Format.CODING_SHEET: Tool.CSV,
}
# Endings that say the form by themselves; the others (.json, .csv) belong to several.
BY_SUFFIX = {
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".jsonl": Format.JSONL,
    ".dna": Format.DNA,
    ".graphml": Format.GRAPHML,
    ".gexf": Format.GEXF,
    ".dl": Format.DL,
}


class UnknownFormat(StancewireError):
    """A file name whose ending doesn't say the format.

    Attributes:
        path: the file that was to be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path}: its ending doesn't say the format; add --format, one of {', '.join(Format)}"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What was written.

    Attributes:
        files: in the order of writing.
        told: one line for people, with the numbers.
    """

    files: tuple[Path, ...]
    told: str


def format_of(path: Path) -> Format:
    """Tell a format by the ending of a file's name.

    Raises:
        UnknownFormat: it belongs to none, or to several.
    """
    found = BY_SUFFIX.get(path.suffix.lower())
    if found is None:
        raise UnknownFormat(path)
    return found


def export(
    paths: Sequence[Path], out: Path, form: Format, options: Options | None = None
) -> Report:
    """Read tagged documents, write them in one form.

    ```
    files | read_tagged | statements, selected | rows, DNA, ties -> network | out
    ```

    Tables, DNA, event list and annotation tasks stream: memory holds a document (and the names of
    speakers). Networks keep their ties in memory.

    Args:
        paths: files and folders of tagged documents; `-` is standard input.
        out: the file; with windows of time, networks go to files with the window in their names.
        form: the format.
        options: see there.

    Raises:
        StancewireError: something in the input; no file has been touched then.
    """
    options = options or Options()
    if not out.parent.is_dir():
        raise NoSuchSource(out.parent, "no such folder to write to; make it first")
    if form in NETWORKS:
        # numpy and scipy, which nothing else here needs
        from service.exports.network_files import write_network  # noqa: PLC0415

        found = _statements(paths, options.selection)
        return Report(*write_network(found, out, form, options.network))
    if form in TOOLS:
        return _tasks(paths, out, form, options)
    if form in (Format.DNA, Format.EVENT_LIST):
        return _discourse(paths, out, form, options)
    writers: dict[Format, Callable[..., int]] = {
        Format.CSV: write_csv,
        Format.PARQUET: write_parquet,
        Format.JSONL: write_jsonl,
    }
    extra = {"bom": options.bom} if form is Format.CSV else {}
    found = _statements(paths, options.selection)
    n_rows = writers[form](found, out, per_actor=options.per_actor, **extra)
    return Report((out,), f"{n_rows} rows")


def _statements(paths: Sequence[Path], selection: Selection) -> Iterator[Statement]:
    for tagged in read_tagged(paths):
        yield from _selected(tagged, selection)


def _selected(tagged: dict[str, object], selection: Selection) -> list[Statement]:
    found = statements(
        tagged,
        neutral=None if selection.neutral else CODEBOOK.neutral,
        sure=selection.sure,
        min_confidence=selection.min_confidence,
    )
    if selection.since is None and selection.until is None:
        return found
    first, last = selection.since or date.min, selection.until or date.max
    return [one for one in found if one.time and first <= one.time.date() <= last]


def _discourse(paths: Sequence[Path], out: Path, form: Format, options: Options) -> Report:
    articles = Articles(options.documents)

    def documents() -> Iterator[tuple[Document, list[Statement]]]:
        for tagged in read_tagged(paths):
            if chosen := _selected(tagged, options.selection):
                yield articles.find(tagged), chosen

    try:
        if form is Format.EVENT_LIST:
            return Report((out,), f"{write_event_list(documents(), out)} rows")
        written = write_dna(documents(), out, password=options.password)
    finally:
        articles.close()
    undated = f" ({written.n_undated} without a date)" if written.n_undated else ""
    told = f"{written.n_statements} statements in {written.n_documents} documents{undated}"
    return Report((out,), told)


def _tasks(paths: Sequence[Path], out: Path, form: Format, options: Options) -> Report:
    articles = Articles(options.documents)
    n_tasks = 0

    def tasks() -> Iterator[Task]:
        nonlocal n_tasks
        for tagged in read_tagged(paths):
            statements(tagged)  # refuses what isn't the contract
            n_tasks += 1
            yield suggest(tagged, articles.find(tagged))

    try:
        write_tasks(tasks(), out, TOOLS[form])
    finally:
        articles.close()
    return Report((out,), f"{n_tasks} documents, every sentence with its tag as a suggestion")
