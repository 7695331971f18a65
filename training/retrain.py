"""From new judgements to a version that serves, or to a candidate that is held back.

```
base + judged | hold out | fit candidate on all | fit twins without what is held out
              | tag held out with both twins | compare | gate | save | promote or hold
```

A version is fitted on everything but the audit share. It can't be judged on documents that it was
fitted on, so each version has a *twin*, fitted in the same way without the held-out documents;
twins are compared, and kept for the next time. Runs in a process of its own, never in one that
serves.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from labels.errors import StancewireError
from labels.labelled_set import CodedDocument, LabelledSet
from model import artefact
from model.manifest import BadVersion, ModelVersion, Provenance
from model.tag import TaggedDocument
from model.tagger import Tagger
from training import report
from training.card import TWIN, as_json, card
from training.evaluate import compare, evaluate
from training.gate import Difference, Hold, Promote, decide
from training.registry import NoCurrentVersion, Registry

HELD_OUT_SHARE = 0.2

Fit = Callable[[LabelledSet], Tagger]
Progress = Callable[[str], None]


class NothingNew(StancewireError):
    """A retraining on the very data that the current version was fitted on."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(
            f"nothing new to learn from: version {version} was fitted on the same codings; "
            "label something first, or use --anyway"
        )


@dataclass(frozen=True, slots=True)
class Data:
    """What a candidate is made of and judged by.

    Attributes:
        fitted: everything that the candidate is fitted on.
        held_out: documents on which it is judged: some of `fitted`, and the audit share.
        n_judged: sentences in `fitted` that come from judgements.
    """

    fitted: LabelledSet
    held_out: tuple[CodedDocument, ...]
    n_judged: int

    @property
    def twin(self) -> LabelledSet:
        """Return `fitted` without what is held out."""
        away = {coded.document.id for coded in self.held_out}
        return LabelledSet.of(
            (coded for coded in self.fitted.documents if coded.document.id not in away),
            self.fitted.scheme,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a retraining.

    Attributes:
        version: the candidate.
        parent: id of the version that served before, or None.
        decision: the gate's.
        promoted: the candidate serves now (by the gate, or by an override).
    """

    version: ModelVersion
    parent: str | None
    decision: Promote | Hold
    promoted: bool

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as a job's result shows it."""
        reasons = self.decision.reasons if isinstance(self.decision, Hold) else ()
        return {
            "version": self.version.id,
            "parent": self.parent,
            "promoted": self.promoted,
            "held": isinstance(self.decision, Hold),
            "reasons": list(reasons),
            "differences": [one.to_json() for one in self.decision.differences],
        }


def is_held_out(document: str, share: float = HELD_OUT_SHARE) -> bool:
    """Draw a document of the base set into the held-out share, by its id alone."""
    digest = hashlib.sha256(b"held out\x1f" + document.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share


def assemble(
    base: LabelledSet, judged: Sequence[CodedDocument], audit: Sequence[CodedDocument]
) -> Data:
    """Put base and judgements together; a judged sentence of a base document replaces its coding."""
    by_id = {coded.document.id: coded for coded in (*base.documents, *judged)}
    own = {coded.document.id: coded for coded in base.documents}
    fitted = [
        merged(coded, by_id[coded.document.id]) if coded is not by_id[coded.document.id] else coded
        for coded in base.documents
    ]
    fitted += [coded for coded in judged if coded.document.id not in own]
    # A base document that is judged and falls into the audit share is fitted on already.
    apart = [coded for coded in audit if coded.document.id not in own]
    return Data(
        fitted=LabelledSet.of(fitted, base.scheme),
        held_out=(
            *(c for c in fitted if c.document.id in own and is_held_out(c.document.id)),
            *apart,
        ),
        n_judged=sum(len(coded.sentences) for coded in judged),
    )


def merged(base: CodedDocument, judged: CodedDocument) -> CodedDocument:
    """Return the base document with the judged sentences in place of those that they overlap."""
    if base.document.text != judged.document.text:
        return base
    kept = [
        (sentence, coding)
        for sentence, coding in zip(base.sentences, base.codings, strict=True)
        if not any(s.start < sentence.end and sentence.start < s.end for s in judged.sentences)
    ]
    kept += zip(judged.sentences, judged.codings, strict=True)
    kept.sort(key=lambda pair: pair[0].start)
    return replace(
        base, sentences=tuple(s for s, _ in kept), codings=tuple(coding for _, coding in kept)
    )


def retrain(
    registry: Registry,
    data: Data,
    base: LabelledSet,
    *,
    fit: Fit,
    now: datetime,
    who: str,
    seed: int = 0,
    override: bool = False,
    anyway: bool = False,
    progress: Progress = lambda step: None,
) -> Outcome:
    """Make a candidate, judge it beside the current version, and promote it or hold it.

    The caller holds `training.lock.only_one`. Killed at any moment, the current version goes on serving: the
    candidate is saved as a whole or not at all, and the pointer is swapped last.

    Args:
        registry: of the workspace.
        data: what `assemble` returned.
        base: the set that the first version was fitted on, for its twin.
        fit: makes a tagger of a labelled set.
        now: the time, for the manifest.
        who: asked for it.
        seed: of the comparison.
        override: promote even what the gate holds; it is logged.
        anyway: retrain although nothing is new.
        progress: told each step.

    Raises:
        NothingNew: the current version was fitted on the same codings, and `anyway` is not set.
    """
    parent = _current(registry)
    if parent is not None and parent.data_sha256 == data.fitted.sha256 and not anyway:
        raise NothingNew(parent.id)
    twins = registry.home / "twins"
    progress("fitting the candidate")
    candidate = fit(data.fitted)
    progress("fitting its twin without the held-out documents")
    twin = fit(data.twin)
    said = _tagged(twin, data.held_out)
    differences = None
    if parent is not None:
        progress(f"tagging the held-out documents as {parent.id}")
        old = _tagged(_twin_of(registry, parent, twins, data, base, fit), data.held_out)
        differences = compare(data.held_out, old, said, data.fitted.scheme, seed=seed)
    progress("measuring")
    measured = evaluate(data.held_out, said, data.fitted.scheme, seed=seed)
    decision = decide(differences)
    progress("saving the candidate")
    figures = report.manifest_figures(measured, LabelledSet.of(data.held_out).sha256)
    provenance = Provenance.of(data.fitted, created=now, seed=seed, figures=figures)
    told = card(candidate, data, measured, decision, parent=parent)
    version = registry.add(
        candidate, provenance, who=who, why=f"retrained on {data.n_judged} judged sentences",
        beside={
            **report.files(measured, title="Report on the held-out documents", lines=[TWIN]),
            "card.json": as_json(told),
        },
    )  # fmt: skip
    _keep_twin(twins, version.id, twin, provenance)
    promoted = isinstance(decision, Promote) or override
    if promoted:
        progress(f"promoting {version.id}")
        registry.promote(version.id, who=who, why=_why(decision))
    return Outcome(version, parent.id if parent else None, decision, promoted)


def _why(decision: Promote | Hold) -> str:
    if isinstance(decision, Hold):
        return "OVERRIDE of the gate, which held it: " + "; ".join(decision.reasons)
    if not decision.differences:
        return "the first version"
    return "the gate let it pass: " + ", ".join(map(_told, decision.differences))


def _told(one: Difference) -> str:
    return f"{one.figure} {one.current:.3f} -> {one.candidate:.3f}"


def _current(registry: Registry) -> ModelVersion | None:
    try:
        return registry.manifest()
    except NoCurrentVersion:
        return None


def _tagged(tagger: Tagger, coded: Sequence[CodedDocument]) -> list[TaggedDocument]:
    return tagger.tag([one.document for one in coded])


def _twin_of(
    registry: Registry,
    version: ModelVersion,
    twins: Path,
    data: Data,
    base: LabelledSet,
    fit: Fit,
) -> Tagger:
    """Return the twin of a version: as kept, or fitted anew.

    Of a version whose data we don't have, the version itself stands in. It has seen what is held
    out, so a candidate must beat an unfair rival: the gate errs towards holding.
    """
    kept = sorted((twins / version.id).glob("*/manifest.json"))
    for manifest in kept:
        try:
            return artefact.load(manifest.parent)
        except BadVersion:
            continue
    if version.data_sha256 == base.sha256:
        away = {coded.document.id for coded in data.held_out}
        rest = (coded for coded in base.documents if coded.document.id not in away)
        return fit(LabelledSet.of(rest, base.scheme))
    return registry.load(version.id)


def _keep_twin(twins: Path, version: str, twin: Tagger, made_from: Provenance) -> None:
    """Save a twin for the next comparison; only the newest few are ever asked for."""
    artefact.save(twin, twins / version, replace(made_from, figures={}))
    for old in sorted(twins.iterdir(), key=lambda folder: folder.stat().st_mtime)[:-5]:
        shutil.rmtree(old, ignore_errors=True)
