"""Words that end in a full stop without ending a sentence, and words that begin one.

Reviewed data: usual English abbreviations of news style, sorted by what may follow them.
"""

import re
from enum import Enum, auto


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Kind(Enum):
    """What a full stop behind an abbreviation can mean."""

    TITLE = auto()  # never an end: a name follows
    COUNTED = auto()  # no end before a number: "No. 5"
    MONTH = auto()  # an end only before a word that begins sentences
    HOUR = auto()  # an end unless a day or a time zone follows
    EITHER = auto()  # an end only before a word that begins sentences


TITLES = _words("""Mr Mrs Ms Mx Dr Prof Gen Lt Col Maj Capt Cpt Cpl Sgt Pvt Adm Cmdr Cdr Brig Sen Sens Rep Reps
    Gov Govs Pres Rev Hon Msgr Amb Supt Insp Det Atty Messrs Mme Mlle Ven Mt Ft Dep Asst Congr Sheik Ald Fr vs v e.g i.e cf viz""")
TITLES |= {title.upper() for title in TITLES}  # labels of transcripts: "MS. LOW:"
COUNTED = _words("""No Nos no nos Art Arts art arts Sec Sect para paras Para Vol vol Ch ch Fig Figs fig figs p pp
    c ca approx Op op""")
MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
HOURS = frozenset(["a.m", "p.m", "A.M", "P.M"])
EITHER = _words("""Jr Sr Inc Corp Co Ltd Bros Cos Assn Dept Univ Inst Govt Intl Natl St Ave Blvd Rd Sq etc
    al Esq Ph.D M.D B.A M.A km kg lb lbs mph ft est Calif Ga Fla Ariz Va Md Pa Tex Mass Conn Mich
    Minn Wis Ill Ind Tenn Ky Ala La Miss Mo Ark Okla Kan Neb Colo Ore Wash Nev Mont Wyo Ont Que
    Mon Tue Tues Wed Thu Thur Thurs Fri""")
DOTTED = re.compile(r"(?:[A-Za-z]{1,2}\.)+[A-Za-z]{1,3}")
STARTERS = _words("""the a an in on at to of he she it they we you i this that these those there here but and or
    nor if when while as after before for from with without by since until although though however
    meanwhile his her its their our my your what who whom whose which how why where some many most
    several both no not all any each every one two three four five six seven ten earlier later last
    next according asked under over during despite among against about also so then now yet still
    such even only just because once hundreds thousands dozens more other others another neither
    either instead moreover nevertheless nonetheless perhaps maybe yesterday today tomorrow tonight
    between through throughout within along across unless whether having being is are was were do
    does did has have had can could will would should may might must let please yes""")
DAYS_AND_ZONES = _words("""Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat
    Sun GMT EST EDT ET CST CDT PST PDT UTC BST CET Eastern Central Pacific local""")
BEFORE_LETTER = _words(
    "War Plan Vitamin Group Annex Schedule Class Part Phase Option Appendix Hepatitis"
)


def kind_of(token: str) -> Kind | None:
    """Return what a full stop behind `token` can mean; None where it ends the sentence."""
    token = token.rstrip(".")
    for kind, words in (
        (Kind.TITLE, TITLES),
        (Kind.COUNTED, COUNTED),
        (Kind.MONTH, MONTHS),
        (Kind.HOUR, HOURS),
        (Kind.EITHER, EITHER),
    ):
        if token in words:
            return kind
    initial = len(token) == 1 and token.isupper()
    return Kind.EITHER if initial or DOTTED.fullmatch(token) else None


def starts_sentence(word: str) -> bool:
    """Say whether a capital at the head of `word` is likelier a sentence's than a name's.

    >>> starts_sentence("The"), starts_sentence("Army")
    (True, False)
    """
    return word.lower() in STARTERS


def continues_time(word: str) -> bool:
    """Say whether `word` goes on with a time of day ("8 a.m. Monday", "5 p.m. GMT")."""
    return word in DAYS_AND_ZONES
