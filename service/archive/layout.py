"""Where the output of a run and all that belongs to it lie."""

from dataclasses import dataclass
from pathlib import Path

from labels.errors import StancewireError
from service.readers.formats import ENDINGS

WORK = ".work"
# Who gives such a name means a file of another kind, not a folder.
OTHER_FILES = ENDINGS.keys() - {".jsonl"} | {
    ".json",
    ".gz",
    ".zip",
    ".xlsx",
    ".dna",
    ".graphml",
    ".gexf",
}


class NotAnOutput(StancewireError):
    """A name for the output by which something else is meant."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one run.

    Attributes:
        out: folder of parts, or the one file.
        folder: holds journal, errors and work; `out` itself, or beside the one file.
    """

    out: Path
    folder: Path

    @classmethod
    def of(cls, out: Path) -> "Layout":
        """Choose by the name: `x.jsonl` is one file (with a folder `x.jsonl.run`), else a folder.

        Raises:
            NotAnOutput: the name is that of a file of another kind.
        """
        if out.suffix.lower() in OTHER_FILES and not out.is_dir():
            raise NotAnOutput(
                f"{out}: tags are JSON Lines, in a .jsonl file or a folder of parts; "
                "`stancewire export` turns them into tables and networks"
            )
        one_file = out.name.endswith(".jsonl") and not out.is_dir()
        return cls(out, out.with_name(f"{out.name}.run") if one_file else out)

    @property
    def is_one_file(self) -> bool:
        """Whether all tagged documents go into one file."""
        return self.out != self.folder

    @property
    def journal(self) -> Path:
        """The log of the run."""
        return self.folder / "journal.jsonl"

    @property
    def errors(self) -> Path:
        """What couldn't be read or tagged."""
        return self.folder / "errors.jsonl"

    @property
    def skipped(self) -> Path:
        """What is in another language."""
        return self.folder / "skipped.jsonl"

    @property
    def work(self) -> Path:
        """Committed pieces, until they are published."""
        return self.folder / WORK

    @property
    def groups(self) -> Path:
        """For each tagged document the first one of its group of copies."""
        return self.work / "groups.int64"

    @property
    def signatures(self) -> Path:
        """Signatures of all tagged documents, in order."""
        return self.work / "signatures.uint32"

    @property
    def lock(self) -> Path:
        """Held while a run writes here."""
        return self.folder / ".lock"

    def part(self, shard: int) -> Path:
        """The published part of a shard."""
        return self.folder / f"part-{shard:06d}.jsonl"
