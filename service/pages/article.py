"""What the article template needs, for a document that was just tagged or is stored."""

from typing import Any

from labels.codebook import rules
from labels.scheme import Stance
from service.pages.marks import paragraphs

SIGNS = {Stance.FAVOR: "+", Stance.AGAINST: "−", Stance.CONDITIONAL: "±", Stance.NONE: ""}


def shown(text: str, tagged: dict[str, Any], *, headline: str | None) -> dict[str, Any]:
    """Return the variables of article.html.

    Args:
        text: the document's.
        tagged: the contract's object.
        headline: shown above it.
    """
    return {
        "headline": headline,
        "tagged": tagged,
        "paragraphs": paragraphs(text, tagged["sentences"]),
        "signs": SIGNS,
        "rules": rules(),
    }
