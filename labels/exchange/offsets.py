"""Code points to UTF-16 units and back: Java and JavaScript count an emoji twice."""

import re
from bisect import bisect_left

ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16Offsets:
    """Places in one text, translated both ways.

    Only the characters beyond the Basic Multilingual Plane are remembered, so that plain text
    costs nothing.
    """

    def __init__(self, text: str) -> None:
        self.n_code_points = len(text)
        self._wide = [match.start() for match in ASTRAL.finditer(text)]
        # Units before each wide character: one more for every wide one that stands before it.
        self._wide_units = [place + i for i, place in enumerate(self._wide)]

    def units(self, code_point: int) -> int:
        """Return the UTF-16 unit at which the given code point starts."""
        return code_point + bisect_left(self._wide, code_point)

    def code_points(self, unit: int) -> int:
        """Return the code point that starts at, or holds, the given UTF-16 unit."""
        return unit - bisect_left(self._wide_units, unit)
