"""The codebook's tables, read from the page that people code by."""

import re
from functools import cache
from importlib import resources

ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.M)


def text() -> str:
    """Return the codebook as Markdown."""
    return (resources.files("labels") / "data" / "CODEBOOK.md").read_text(encoding="utf-8")


@cache
def rules() -> dict[str, str]:
    """Return the rule of every label (stances, speaker types) that the codebook's tables name."""
    return {label: rule.replace("`", "") for label, rule in ROW.findall(text())}
