"""What the article template needs, for a document that was just tagged or is stored."""

from collections import Counter
from typing import Any

from labels.codebook import rules
from labels.scheme import Stance
from service.pages.marks import paragraphs

SIGNS = {Stance.FAVOR: "+", Stance.AGAINST: "−", Stance.CONDITIONAL: "±", Stance.NONE: ""}

# The questions that evidence answers, by head, in the order in which they are asked.
WHY = (
    ("stance", "Why {stance}"),
    ("about", "Why it is about an intervention"),
    ("speaker_candidate", "Why this speaker"),
    ("speaker_type", "Why this type of speaker"),
    ("proposed_actor", "Why these actors"),
)
MOST_TERMS = 8


def shown(text: str, tagged: dict[str, Any], *, headline: str | None) -> dict[str, Any]:
    """Return the variables of article.html.

    Args:
        text: the document's.
        tagged: the contract's object.
        headline: shown above it.
    """
    sentences = tagged["sentences"]
    return {
        "headline": headline,
        "tagged": tagged,
        "paragraphs": paragraphs(text, sentences),
        "counted": Counter(one["stance"]["label"] for one in sentences),
        "n_unsure": sum(one["stance"]["abstain"] for one in sentences),
        "why": [why(text, one) for one in sentences],
        # Without the evidence, which is long: `/v1/tag?explain=true` gives all of it.
        "copies": [{key: one[key] for key in one if key != "explain"} for one in sentences],
        "signs": SIGNS,
        "rules": rules(),
    }


def why(text: str, tag: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the strongest evidence of each head for one sentence; nothing where none came along.

    Each term has the words at which it was found, its weight, and its contribution to the log-odds
    with the share of the strongest one.
    """
    found = []
    for head, question in WHY:
        items = [
            one for one in tag.get("explain", ()) if one["head"] == head and one["view"]
        ][:MOST_TERMS]  # fmt: skip
        most = max((abs(one["contribution"]) for one in items), default=0.0)
        terms = [
            one | {"words": _words(text, one["spans"]), "share": abs(one["contribution"]) / most}
            for one in items
            if most
        ]
        if terms:
            told = question.format(stance=tag["stance"]["label"])
            found.append({"head": head, "question": told, "terms": terms})
    return found


def _words(text: str, spans: list[dict[str, int]]) -> str:
    """Return the words of the first place at which a term was found, cut where they are many."""
    if not spans:
        return ""
    words = " ".join(text[spans[0]["start"] : spans[0]["end"]].split())
    return words if len(words) <= 40 else f"{words[:38]} …"
