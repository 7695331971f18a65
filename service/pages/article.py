"""What the article template needs, for a document that was just tagged or is stored."""

from typing import Any

from labels.scheme import Stance
from service.pages.marks import paragraphs

SIGNS = {Stance.FAVOR: "+", Stance.AGAINST: "−", Stance.CONDITIONAL: "±", Stance.NONE: ""}
# The codebook's table of stances (labels/data/CODEBOOK.md); a test compares them.
RULES = {
    Stance.FAVOR: (
        "asks for, offers, announces willingness for, defends or justifies an intervention; wants "
        "one kept or extended; warns of the cost of not intervening"
    ),
    Stance.AGAINST: (
        "rejects, declines, obstructs or warns against one; says it would do harm, is "
        "illegitimate, or is an internal matter; shows reluctance; wants one ended or withdrawn"
    ),
    Stance.CONDITIONAL: (
        "accepts or prefers one only under stated conditions: a mandate, consent, who takes part, "
        'limits of time or task ("only if", "must be part of", "more acceptable if")'
    ),
    Stance.NONE: (
        "everything else: facts, background, other topics, and neutral reports about an "
        "intervention (it is debated, voted on, under way) in which nobody's position is told"
    ),
}


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
        "rules": RULES,
    }
