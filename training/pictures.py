"""Confusion matrices and reliability diagrams as SVG.

Two drawings of rectangles and words need no plotting library. These files are a few kilobytes, sharp at every size, the same on every
machine, and read by browsers, GitHub and office programs alike.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from training.evaluate import Bin

CELL = 64
MARGIN = 150
SIDE = 320
INK, LINE, BLUE = "#1f2933", "#9aa5b1", (33, 102, 172)
STYLE = "font: 13px system-ui, sans-serif"


def confusion_svg(
    labels: Sequence[str], counts: Sequence[Sequence[int]], title: str, *, cell: int = CELL
) -> str:
    """Draw a confusion matrix: rows coded, columns said, shaded by the share of the row.

    Args:
        labels: of rows and columns.
        counts: n labels rows of n labels columns.
        title: what is confused.
        cell: width and height of a cell in pixels.
    """
    side = len(labels) * cell
    parts = [_text(MARGIN, 24, title, weight="bold")]
    parts.append(_text(MARGIN + side / 2, 48, "said", anchor="middle"))
    for i, label in enumerate(labels):
        x = MARGIN + (i + 0.5) * cell
        parts.append(
            f'<g transform="translate({x + 4:.0f} {MARGIN - 8}) rotate(-35)">'
            f"{_text(0, 0, label)}</g>"
        )
        parts.append(_text(MARGIN - 8, MARGIN + (i + 0.5) * cell + 5, label, anchor="end"))
    for row, line in enumerate(counts):
        total = sum(line)
        for column, n in enumerate(line):
            share = n / total if total else 0.0
            x, y = MARGIN + column * cell, MARGIN + row * cell
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{_shade(share)}" '
                f'stroke="#fff"><title>{escape(labels[row])} tagged as '
                f"{escape(labels[column])}: {n} of {total} ({share:.0%})</title></rect>"
            )
            colour = "#fff" if share > 0.55 else INK
            middle = x + cell / 2
            parts.append(_text(middle, y + cell / 2 - 2, str(n), anchor="middle", colour=colour))
            parts.append(
                _text(middle, y + cell / 2 + 14, f"{share:.0%}", anchor="middle", colour=colour)
            )
    return _svg(MARGIN + side + 70, MARGIN + side + 20, title, parts)


def reliability_svg(bins: Sequence[Bin], title: str) -> str:
    """Draw accuracy against score by tenths, with the diagonal of a perfect calibration.

    Bars below the diagonal: the scores promise too much. The number on a bar counts its sentences.
    """
    left, top = 60, 50
    parts = [_text(left, 24, title, weight="bold")]
    for tick in range(0, 11, 2):
        at = tick / 10
        x, y = left + at * SIDE, top + (1 - at) * SIDE
        parts.append(_text(x, top + SIDE + 18, f"{at:.1f}", anchor="middle"))
        parts.append(_text(left - 8, y + 4, f"{at:.1f}", anchor="end"))
        parts.append(
            f'<line x1="{left}" y1="{y:.1f}" x2="{left + SIDE}" y2="{y:.1f}" stroke="#e4e7eb"/>'
        )
    for one in bins:
        x, height = left + one.low * SIDE, one.accuracy * SIDE
        width = (one.high - one.low) * SIDE
        parts.append(
            f'<rect x="{x + 1:.1f}" y="{top + SIDE - height:.1f}" width="{width - 2:.1f}" '
            f'height="{height:.1f}" fill="rgb{BLUE}"><title>{one.n} sentences, mean score '
            f"{one.mean_score:.2f}, right {one.accuracy:.0%}</title></rect>"
        )
        parts.append(
            _text(x + width / 2, top + SIDE - height - 4, str(one.n), anchor="middle", size=11)
        )
    parts.append(
        f'<line x1="{left}" y1="{top + SIDE}" x2="{left + SIDE}" y2="{top}" stroke="{LINE}" '
        'stroke-width="2" stroke-dasharray="6 4"/>'
    )
    parts.append(_text(left + SIDE / 2, top + SIDE + 40, "score of the tag", anchor="middle"))
    parts.append(
        f'<g transform="translate(18 {top + SIDE / 2}) rotate(-90)">'
        f"{_text(0, 0, 'share that is right', anchor='middle')}</g>"
    )
    return _svg(left + SIDE + 30, top + SIDE + 56, title, parts)


def _shade(share: float) -> str:
    """Mix white and blue by a share in [0, 1]."""
    return f"rgb({', '.join(str(round(255 - share * (255 - part))) for part in BLUE)})"


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = INK,
    weight: str = "normal", size: int = 13,
) -> str:  # fmt: skip
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" '
        f'font-weight="{weight}" font-size="{size}">{escape(words)}</text>'
    )


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" style="{STYLE}">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )
