"""Measure archive runs: articles a second, CPU and peak memory, on processes and on a Dask cluster.

    python -m benchmarks.archive                       # 2,000, 20,000 and 100,000 articles; some hours
    python -m benchmarks.archive --quick               # 500 and 2,000
    python -m benchmarks.archive --articles 20000 --mode 2 --mode dask --home .stancewire

Beside `stancewire tag` on 1 and 2 processes and on two Dask workers run two plain scripts in one process:

- `same heads`: pandas reads the table, the version's heads score the same views of each sentence, but as the
  scikit-learn pipelines that they are; pandas writes a row a sentence. No resuming, no copies, no language.
- `words only`: what one would write without stancewire: a regular expression cuts sentences, two pipelines
  of TF-IDF over words and logistic regression (stance, speaker type) predict. It finds no speakers and
  no actors, so it does far less.

All read the same JSON Lines files (2,000 articles a file). CPU is what counts on a shared machine: seconds
of user and system time of all processes, the cluster's included, starting included. Memory is the peak over
all processes: resident, and proportional (what processes share counts once).
Writes benchmarks/results/archive.md after every row.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.machine import described
from model.heads import Head
from tests import archives, runs

RESULTS = Path(__file__).parent / "results" / "archive.md"
ARTICLES_A_FILE = 2000
BATCH = 128
MB = 1024 * 1024
TAG_MODES = {"1": ("-j", "1"), "2": ("-j", "2")}
PLAIN_MODES = ("same heads", "words only")
MODES = (*PLAIN_MODES, *TAG_MODES, "dask")
HEAD = (
    "| articles | mode | articles/s | CPU ms an article | peak resident MB | peak proportional MB |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: |\n"
)


def write(folder: Path, count: int, *, n_sentences: int) -> None:
    folder.mkdir(parents=True)
    for first in range(0, count, ARTICLES_A_FILE):
        n_here = min(ARTICLES_A_FILE, count - first)
        some = archives.articles(n_here, first=first, n_sentences=n_sentences)
        (folder / f"{first:07d}.jsonl").write_bytes(archives.jsonl(some))


def home_of(folder: Path) -> Path:
    """Train the shipped labelled set into a workspace."""
    from labels.labelled_set import shipped
    from model.manifest import Provenance
    from training.fit import fit
    from training.registry import Registry

    labelled = shipped()
    registry = Registry(folder)
    made_from = Provenance.of(labelled, created=datetime.now(UTC), seed=0)
    version = registry.add(fit(labelled), made_from, who="benchmark", why="benchmark")
    registry.promote(version.id, who="benchmark", why="benchmark")
    return folder


def memory(roots: Sequence[psutil.Process]) -> tuple[float, float]:
    """Resident and proportional megabytes of processes and all their children."""
    rss = pss = 0.0
    for root in roots:
        try:
            for process in [root, *root.children(recursive=True)]:
                full = process.memory_full_info()
                rss += full.rss / MB
                pss += full.pss / MB
        except psutil.NoSuchProcess:
            continue
    return rss, pss


def children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(command: Sequence[str], beside: Sequence[psutil.Process]) -> dict[str, float]:
    """Run a command; `beside` are the processes of a cluster that work for it."""
    before, start = children_cpu_s(), time.monotonic()
    helped = sum(sum(process.cpu_times()[:2]) for process in beside)
    peak_rss = peak_pss = 0.0
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        watched = [psutil.Process(process.pid), *beside]
        while process.poll() is None:
            rss, pss = memory(watched)
            peak_rss, peak_pss = max(peak_rss, rss), max(peak_pss, pss)
            time.sleep(0.25)
    if process.returncode not in (0, 1):
        raise SystemExit(f"failed with {process.returncode}: {' '.join(command)}")
    helping = sum(sum(process.cpu_times()[:2]) for process in beside) - helped
    return {
        "seconds": time.monotonic() - start,
        "cpu_s": children_cpu_s() - before + helping,
        "peak_rss_mb": peak_rss,
        "peak_pss_mb": peak_pss,
    }


class PipelineHead(Head):
    """A version's head, scored by its scikit-learn pipeline and not by our tables."""

    decision = Head.reference_decision


def same_heads(source: Path, out: Path, home: Path) -> None:
    """Tag a folder of JSON Lines with pandas and the version's own pipelines."""
    import pandas as pd

    from labels.document import Document
    from model.tagger import Tagger
    from training.registry import Registry

    registry = Registry(home)
    version = registry.load(registry.current_id())
    heads = {
        name: PipelineHead(head.config, head.pipeline, head.calibration)
        for name, head in version.heads.items()
    }
    tagger = Tagger(heads, version=version.version, abstain_below=version.abstain_below)
    for file in sorted(source.glob("*.jsonl")):
        frame = pd.read_json(file, lines=True, convert_dates=False)
        raws = frame.to_dict(orient="records")
        for first in range(0, len(raws), BATCH):
            tagged = tagger.tag([Document.from_json(raw) for raw in raws[first : first + BATCH]])
            rows = [
                {"id": one.document.id, **sentence}
                for one in tagged
                for sentence in one.to_json()["sentences"]
            ]
            pd.json_normalize(rows).to_csv(out, mode="a", index=False)


def fit_words(to: Path) -> None:
    """Fit the two plain pipelines on the shipped labelled set."""
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from labels.labelled_set import shipped

    texts, stances, speakers = [], [], []
    for coded in shipped().documents:
        for sentence, coding in zip(coded.sentences, coded.codings, strict=True):
            texts.append(coded.document.text[sentence.start : sentence.end])
            stances.append(coding.stance)
            speakers.append(coding.speaker_type)
    heads = {}
    for name, targets in (("stance", stances), ("speaker_type", speakers)):
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        regression = LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000)
        heads[name] = make_pipeline(vectorizer, regression).fit(texts, targets)
    joblib.dump(heads, to)


def words_only(source: Path, out: Path, heads_file: Path) -> None:
    """Tag a folder of JSON Lines without anything of stancewire's."""
    import joblib
    import pandas as pd

    heads = joblib.load(heads_file)
    for file in sorted(source.glob("*.jsonl")):
        frame = pd.read_json(file, lines=True)
        frame["sentence"] = frame["text"].str.split(r"(?<=[.!?])\s+", regex=True)
        rows = frame[["id", "sentence"]].explode("sentence", ignore_index=True)
        for name, head in heads.items():
            scores = head.predict_proba(rows["sentence"])
            rows[name] = head.classes_[scores.argmax(axis=1)]
            rows[f"{name}_score"] = scores.max(axis=1)
        rows.to_csv(out, mode="a", index=False)


def run(mode: str, source: Path, folder: Path, home: Path, words: Path) -> dict[str, float]:
    """Measure one mode over one archive."""
    out = folder / "out"
    with ExitStack() as stack:
        stack.callback(lambda: shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True))
        if mode in PLAIN_MODES:
            given = home if mode == "same heads" else words
            this = [sys.executable, "-m", "benchmarks.archive", "--plain", mode]
            return measure([*this, str(source), str(out), str(given)], [])
        if mode in TAG_MODES:
            return measure(runs.tag_command(source, out, home, *TAG_MODES[mode]), [])
        cluster = stack.enter_context(runs.dask_cluster(folder))
        started = [cluster.scheduler, *cluster.workers]
        beside = [psutil.Process(process.pid) for process in started]
        command = runs.tag_command(source, out, home, "--cluster", cluster.address)
        return measure(command, beside)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, action="append")
    parser.add_argument("--quick", action="store_true", help="500 and 2,000 articles")
    parser.add_argument("--mode", action="append", choices=MODES)
    parser.add_argument("--sentences", type=int, default=12, help="sentences an article")
    parser.add_argument("--home", type=Path, help="workspace with a version [default: train one]")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--plain", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.plain:
        mode, *paths = asked.plain
        (same_heads if mode == "same heads" else words_only)(*map(Path, paths))
        return
    sizes = asked.articles or ([500, 2_000] if asked.quick else [2_000, 20_000, 100_000])
    options = " ".join(f"--articles {size}" for size in sizes)
    about = (
        f"# Archive runs\n\n`python -m benchmarks.archive {options} --sentences {asked.sentences}`; "
        f"its docstring says what the modes are.\n\n{described()}\n\n{HEAD}"
    )
    print(HEAD, end="", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = (asked.home or home_of(folder / "home")).resolve()
        words = folder / "words.joblib"
        fit_words(words)
        for count in sizes:
            source = folder / f"in-{count}"
            write(source, count, n_sentences=asked.sentences)
            for mode in asked.mode or MODES:
                found = run(mode, source, folder, home, words)
                line = (
                    f"| {count:,} | {mode} | {count / found['seconds']:.0f} "
                    f"| {1000 * found['cpu_s'] / count:.1f} | {found['peak_rss_mb']:.0f} "
                    f"| {found['peak_pss_mb']:.0f} |\n"
                )
                about += line
                asked.out.write_text(about, encoding="utf-8")
                print(line, end="", flush=True)
            shutil.rmtree(source)


if __name__ == "__main__":
    main()
