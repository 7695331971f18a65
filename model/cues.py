"""The cue lexicon: words and phrases of taking positions, found in a sentence's words.

Reviewed data stand in `data/cues.tsv`, each line with its class, its kind of word and its source. Verbs
and nouns are listed by their lemma and expanded to all their forms here, so that a lemma covers the
forms that the labelled set never saw.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from model.longest import Longest

VOWELS = frozenset("aeiou")
# past and participle of verbs that don't take -ed
IRREGULAR = {
    "arise": ("arose", "arisen"), "beg": ("begged", "begged"), "bar": ("barred", "barred"),
    "ban": ("banned", "banned"), "bring": ("brought", "brought"), "break": ("broke", "broken"),
    "burn": ("burned", "burnt"), "come": ("came", "come"), "cut": ("cut", "cut"),
    "deter": ("deterred", "deterred"), "do": ("did", "done"), "draw": ("drew", "drawn"),
    "drag": ("dragged", "dragged"), "drive": ("drove", "driven"), "fight": ("fought", "fought"),
    "flee": ("fled", "fled"), "forbid": ("forbade", "forbidden"), "get": ("got", "gotten"),
    "give": ("gave", "given"), "go": ("went", "gone"), "hit": ("hit", "hit"),
    "hold": ("held", "held"), "keep": ("kept", "kept"), "kidnap": ("kidnapped", "kidnapped"),
    "lead": ("led", "led"), "leave": ("left", "left"), "meet": ("met", "met"),
    "pay": ("paid", "paid"), "plan": ("planned", "planned"), "put": ("put", "put"),
    "quit": ("quit", "quit"), "rebuild": ("rebuilt", "rebuilt"), "refer": ("referred", "referred"),
    "retake": ("retook", "retaken"), "say": ("said", "said"), "scrap": ("scrapped", "scrapped"),
    "see": ("saw", "seen"), "seek": ("sought", "sought"), "send": ("sent", "sent"),
    "ship": ("shipped", "shipped"), "shoot": ("shot", "shot"), "shrink": ("shrank", "shrunk"),
    "slam": ("slammed", "slammed"), "spurn": ("spurned", "spurned"), "stand": ("stood", "stood"),
    "step": ("stepped", "stepped"), "stop": ("stopped", "stopped"), "suck": ("sucked", "sucked"),
    "swear": ("swore", "sworn"), "take": ("took", "taken"), "tell": ("told", "told"),
    "think": ("thought", "thought"), "throw": ("threw", "thrown"), "trim": ("trimmed", "trimmed"),
    "uphold": ("upheld", "upheld"), "wind": ("wound", "wound"), "write": ("wrote", "written"),
    "withdraw": ("withdrew", "withdrawn"), "withhold": ("withheld", "withheld"),
    "vow": ("vowed", "vowed"), "commit": ("committed", "committed"), "rebut": ("rebutted", "rebutted"),
    "beef": ("beefed", "beefed"), "be": ("was", "been"), "fund": ("funded", "funded"),
    "permit": ("permitted", "permitted"), "overrun": ("overran", "overrun"), "rid": ("rid", "rid"),
    "say ": ("said", "said"), "fall": ("fell", "fallen"), "bog": ("bogged", "bogged"),
    "kick": ("kicked", "kicked"), "hang": ("hung", "hung"), "wear": ("wore", "worn"),
}  # fmt: skip
PLURALS = {"man": "men", "woman": "women", "child": "children"}
Key = tuple[str, ...]


@dataclass(init=False, slots=True)
class Cue:
    """One cue in a sentence.

    Attributes:
        name: its class ("CALL").
        form: "b" base form, "s" third person or plural, "d" past or participle, "g" -ing, "n" noun,
            "" what has no forms.
        first: position of its first word in the sentence.
        last: one past its last word.
    """

    name: str
    form: str
    first: int
    last: int

    def __init__(self, name: str, form: str, first: int, last: int) -> None:
        self.name = name
        self.form = form
        self.first = first
        self.last = last


def verb_forms(verb: str) -> dict[str, str]:
    """Return every form of a verb and the letter of the form.

    >>> verb_forms("deny") == {"deny": "b", "denies": "s", "denied": "d", "denying": "g"}
    True
    """
    past = IRREGULAR.get(verb)
    doubled = past is not None and past[0] == f"{verb}{verb[-1]}ed"
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        ing = verb[:-1] + "ing"
    elif doubled or verb in {"get", "put", "cut", "hit", "quit", "run", "rid", "bet"}:
        ing = verb + verb[-1] + "ing"
    else:
        ing = verb + "ing"
    if past is None:
        if verb.endswith("e"):
            regular = verb + "d"
        elif verb.endswith("y") and verb[-2:-1] not in VOWELS:
            regular = verb[:-1] + "ied"
        else:
            regular = verb + "ed"
        past = (regular, regular)
    return {past[0]: "d", past[1]: "d", ing: "g", _plural(verb): "s", verb: "b"}


def noun_forms(noun: str) -> dict[str, str]:
    """Return singular and plural of a noun.

    >>> sorted(noun_forms("ally"))
    ['allies', 'ally']
    """
    return {PLURALS.get(noun) or _plural(noun): "n", noun: "n"}


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        return word[:-1] + "ies"
    if word.endswith(("s", "sh", "ch", "x", "z")) or word in {
        "go",
        "do",
        "veto",
        "embargo",
        "echo",
    }:
        return word + "es"
    return word + "s"


class Lexicon:
    """All cues by their words."""

    def __init__(self, terms: Mapping[Key, Sequence[tuple[str, str]]]) -> None:
        self.terms = terms
        self._keys = Longest(terms)

    def find(self, words: Sequence[str]) -> list[Cue]:
        """Return the cues of a sentence's lower-case words, in their order; the longest match wins."""
        return [
            Cue(name, form, start, end)
            for start, end, key in self._keys.find(words)
            for name, form in self.terms[key]
        ]

    @property
    def classes(self) -> frozenset[str]:
        """Names of all classes."""
        return frozenset(name for tags in self.terms.values() for name, _ in tags)


def parse(lines: Iterable[str]) -> Lexicon:
    """Read the lines of a cue file.

    Raises:
        ValueError: naming the line that breaks the format.
    """
    terms: dict[Key, list[tuple[str, str]]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.rstrip("\n").split("\t")
        if len(fields) != 4 or fields[1] not in {"v", "n", "a"}:
            raise ValueError(f"cue file line {number}: want class, kind (v, n, a), terms, source")
        name, kind, listed, _ = fields
        for term in listed.split(" | "):
            for key, form in _expand(_tokens(term), kind):
                tags = terms.setdefault(key, [])
                if all(name != known for known, _ in tags):
                    tags.append((name, form))
    return Lexicon(terms)


def _tokens(term: str) -> Key:
    return tuple(re.findall(r"'ll|n't|\w+(?:[-'’]\w+)*", term.strip()))


def _expand(words: Key, kind: str) -> Iterable[tuple[Key, str]]:
    if kind == "v":
        for form, letter in verb_forms(words[0]).items():
            yield (form, *words[1:]), letter
    elif kind == "n":
        for form, letter in noun_forms(words[-1]).items():
            yield (*words[:-1], form), letter
    else:
        yield words, ""


@cache
def shipped() -> Lexicon:
    """Return the lexicon that comes with stancewire."""
    text = (resources.files("model") / "data" / "cues.tsv").read_text(encoding="utf-8")
    return parse(text.splitlines())
