"""`stancewire tag`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tag")(tag)


def tag(
    source: Annotated[
        Path, typer.Argument(help="Documents, one JSON object a line; - for standard input.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to write; - for standard output.")
    ] = Path("-"),
    home: Annotated[
        Path | None, typer.Option(help="Workspace folder.", envvar="STANCEWIRE_HOME")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Tag with this version, not the current one.")
    ] = None,
) -> None:
    """Tag documents: JSON lines in, tagged documents out.

    Example:
    \b
        stancewire tag articles.jsonl -o tagged.jsonl
    """
    import orjson

    from service import intake
    from service.contract import tagged_json
    from service.settings import Settings
    from training.registry import Registry

    settings = Settings.from_env()
    tagger = Registry(home or settings.home).load(version)
    with _reading(source) as lines, _writing(output) as out:
        for line in _filled(lines):
            document = intake.document(intake.loads(line), max_chars=settings.max_document_chars)
            (tagged,) = tagger.tag([document])
            out.write(orjson.dumps(tagged_json(tagged)) + b"\n")


def _filled(lines: IO[bytes]) -> Iterator[bytes]:
    return (line for line in lines if line.strip())


def _reading(path: Path) -> IO[bytes]:
    return sys.stdin.buffer if str(path) == "-" else path.open("rb")


def _writing(path: Path) -> IO[bytes]:
    return sys.stdout.buffer if str(path) == "-" else path.open("wb")
