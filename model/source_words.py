"""Words that news English uses for sources and for what they do: reviewed data, no code to speak of.

Verbs come from the linguistics of reporting (speech, cognition, directives, commissives, verdicts)
and from acts that tell a position (to veto, to protest, to send). They feed features; the heads weigh.
"""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IRREGULAR = {
    "say": "said", "tell": "told", "think": "thought", "write": "wrote", "read": "read",
    "speak": "spoke", "hold": "held", "see": "saw", "find": "found", "put": "put", "know": "knew",
    "feel": "felt", "go": "went", "make": "made", "give": "gave", "take": "took", "send": "sent",
    "keep": "kept", "leave": "left", "come": "came", "get": "got", "let": "let", "cut": "cut",
    "meet": "met", "lead": "led", "win": "won", "lose": "lost", "swear": "swore", "set": "set",
    "draw": "drew", "stand": "stood", "bring": "brought", "begin": "began", "withdraw": "withdrew",
    "forbid": "forbade", "break": "broke", "show": "showed", "do": "did", "have": "had",
    "seek": "sought", "choose": "chose", "pay": "paid", "fight": "fought", "throw": "threw",
    "rise": "rose", "fall": "fell", "run": "ran", "grow": "grew", "become": "became", "sit": "sat",
    "lie": "lay", "lay": "laid", "shoot": "shot", "drive": "drove", "fly": "flew", "buy": "bought",
    "sell": "sold", "spend": "spent", "teach": "taught", "build": "built", "hang": "hung",
    "bear": "bore", "wake": "woke", "hear": "heard", "mean": "meant", "strike": "struck",
    "overthrow": "overthrew", "undertake": "undertook", "shut": "shut", "hit": "hit", "flee": "fled",
    "understand": "understood", "forget": "forgot", "sing": "sang", "sleep": "slept", "wear": "wore",
    "lend": "lent", "cast": "cast", "split": "split", "spread": "spread", "quit": "quit",
    "rebuild": "rebuilt", "burst": "burst", "catch": "caught", "sink": "sank", "shake": "shook",
}  # fmt: skip

_SPEECH = """say tell add state announce declare claim warn argue insist note explain stress reiterate repeat
reply respond retort ask remark comment observe emphasize emphasise underline underscore caution advise assure
conclude continue recall indicate signal hint express voice question wonder testify joke shout cry whisper mutter
write tweet post quote cite report reveal disclose allege assert maintain contend complain lament describe
predict believe think fear hope expect admit acknowledge concede confirm deny estimate suggest propose recommend
speak talk read put see view regard feel know doubt worry object counter vow pledge promise threaten swear plead
beg appeal urge call demand request accuse blame criticize criticise condemn denounce deplore welcome praise hail
decry slam rebuke regret defend justify dispute label brand dub term characterise characterize charge thank apologise
apologize encourage implore inform notify brief update alert remind persuade convey chide chastise lambast blast
ridicule mock scoff imply attest certify corroborate downplay reassure rebuff spurn deem determine concur commend
compliment congratulate salute applaud mourn bemoan excoriate quip reckon surmise speculate volunteer foresee
forecast envisage anticipate disagree dissent elaborate summarise summarize tell warn relay echo invoke protest shrug laugh sigh interject recount relate opine tout boast detail clarify specify outline"""
_POSITION = """reject dismiss refuse support back endorse oppose offer agree accept approve authorise authorize vote
order decide rule want wish seek prefer favour favor consider plan intend prepare invite challenge resist block veto
boycott abstain decline commit deploy dispatch send withdraw extend renew suspend recall expel summon ban demand
adopt pass sign ratify back join host mediate condemn recognise recognize lobby campaign march rally petition strike
resign threaten launch order instruct direct call let keep give take pull cut impose lift donate pledge contribute
need ready mull weigh favour back mobilise mobilize set leave insist hold make allow permit bar forbid prohibit"""
_OTHER = """be have do become remain go come get begin start end stop run meet travel arrive visit lead live die kill
wound injure fall rise grow shell attack seize capture control hit destroy burn close open move cross reach lie stand sit
draw show find include involve cause follow face serve work play use help hear bring win lose buy sell pay spend build
fight fire flee return turn throw drive fly carry raise break mean bear hang wake strike overthrow split spread quit
catch sink shake understand forget sing sleep wear lend cast choose undertake shut burst teach lay make fail appear seem
head gather number happen occur last belong contain amount border depend"""  # fmt: skip


DOUBLED = _words(
    "admit ban bar beg commit dub mop permit plan sit slam stop put set cut let get run win hit begin forbid shut split quit"
)


def _forms(base: str) -> tuple[str, str]:
    """Return past and third person of a verb, by rule where it is regular."""
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    if base.endswith("y") and base[-2] not in "aeiou":
        third = base[:-1] + "ies"
    if base in _IRREGULAR:
        past = _IRREGULAR[base]
    elif base.endswith("e"):
        past = base + "d"
    elif base.endswith("y") and base[-2] not in "aeiou":
        past = base[:-1] + "ied"
    elif base in DOUBLED:
        past = base + base[-1] + "ed"
    else:
        past = base + "ed"
    return past, third


def _lemmas(bases: list[str]) -> dict[str, str]:
    return {form: base for base in bases for form in (*_forms(base), _gerund(base), base)}


def _gerund(base: str) -> str:
    """Return the form in -ing, by rule: "considering", "urging", "planning"."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe")) and base != "be":
        return base[:-1] + "ing"
    return base + (base[-1] if base in DOUBLED else "") + "ing"


OTHER = _lemmas([*_OTHER.split(), *_IRREGULAR])
POSITION = _lemmas(_POSITION.split())
SPEECH = _lemmas(_SPEECH.split())
SPEECH |= {
    "saying": "say",
    "adding": "add",
    "according": "accord",
    "spelt": "spell",
    "spelled": "spell",
}
VERBS = OTHER | POSITION | SPEECH  # form -> lemma
# Bare forms that are nouns far oftener than finite verbs behind a subject.
NOUN_LIKE = _words("""state states report reports claim claims call calls request requests offer offers vote votes order orders
    plan plans appeal appeals comment comments question questions estimate estimates view views protest protests
    veto rally march strike strikes campaign host back set charge charges label brand term terms rule rules detail
    details cut post posts signal signals note notes cry direct pass host fire fires attack attacks head heads work
    works play use uses help end stop start run visit lead show face turn return control number numbers live hit
    challenge petition doubt hope hopes fear fears need needs worry regret draw burn move moves fall rise close open last
    lay lie lies sit bear hang wake split spread ready permit bar favor favour seal dispatch set put read do have update updates alert alerts
    brief blast relay salute forecast volunteer volunteers mock echo release break fight shell last border amount join seek""")
AUXILIARIES = _words("""has have had is are was were will would could should may might must can did does do be been being
    cannot won't don't doesn't didn't hasn't haven't hadn't isn't aren't wasn't weren't wouldn't couldn't
    shouldn't 's not to""")
ADVERBS = _words("""also again later earlier then now still already only just yet never ever always often long even since
    recently repeatedly publicly privately openly clearly strongly firmly flatly reportedly apparently meanwhile
    therefore however instead nevertheless today yesterday tomorrow tonight once first last too further once
    immediately swiftly quickly finally previously subsequently formally officially reluctantly angrily quietly
    nonetheless additionally moreover furthermore similarly likewise elsewhere separately overnight officially
    bluntly unanimously swiftly alone merely simply effectively largely mostly twice both all each so far""")
TIME = _words("""on in late early last this next earlier week month year day night morning afternoon evening ago
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december jan feb mar apr jun jul aug sept sep oct nov dec weekend same the""")
CALENDAR = _words("""monday tuesday wednesday thursday friday saturday sunday january february april june july august
    september october november december jan feb mar apr jun jul aug sept sep oct nov dec""")
FUNCTION = _words("""and or but nor so yet if when while as after before for from with without by since until although though
    because unless whether than that which who whom whose where why how what of in on at to into onto upon over under
    against among amid about around between through throughout within along across behind beside beyond despite during
    except inside near off out outside past per toward towards via versus there here not no up down away back
    according too very more most less least much such like then thus hence else""")  # fmt: skip
DETERMINERS = _words("""the a an this that these those its his her their our my your some several many most all both few any each
    every another other one two three four five six seven eight nine ten dozens hundreds thousands scores""")
PRONOUNS = {
    "he": "he", "she": "she", "they": "they", "it": "it", "i": "i", "we": "we", "him": "he",
    "others": "they", "i'm": "i", "i've": "i", "i'd": "i", "i'll": "i", "we've": "we", "we're": "we", "we'd": "we",
    "we'll": "we",
}  # fmt: skip

PERSON_NOUNS = _words("""minister president premier chancellor king queen prince princess sheikh emir sultan senator congressman
    congresswoman lawmaker legislator mp parliamentarian deputy governor mayor secretary ambassador envoy diplomat
    official spokesman spokeswoman spokesperson general colonel major captain lieutenant commander chief officer soldier
    admiral brigadier sergeant marshal head leader chairman chairwoman chairperson chair speaker director coordinator
    representative delegate adviser advisor aide analyst expert professor scholar researcher academic historian
    economist lecturer fellow scientist author columnist commentator critic journalist reporter editor correspondent
    activist campaigner lawyer attorney judge prosecutor priest bishop archbishop cardinal pastor imam cleric mufti pope
    monk nun elder resident witness refugee survivor victim shopkeeper farmer teacher student trader driver worker doctor
    nurse mother father widow wife husband son daughter brother sister woman man boy girl fisherman observer
    politician candidate member veteran founder co-founder negotiator mediator inspector councillor councilor democrat
    republican conservative socialist liberal rebel fighter militant insurgent warlord dissident exile monitor
    headmaster engineer baker tailor mechanic vendor seller pensioner grandmother grandfather neighbour neighbor
    villager herder merchant miner sailor pilot clerk waiter cook taxi-driver housewife orphan peacekeeper volunteer
    physician surgeon midwife nurse pharmacist translator guard policeman conscript deserter defector source donor
    undersecretary under-secretary vice-president secretary-general commissioner rapporteur strategist demonstrator
    protester protestor marcher citizen supporter""")
GROUP_NOUNS = _words("""government ministry army military police parliament senate congress cabinet council assembly commission
    committee administration office embassy department agency party opposition coalition alliance movement group militia
    front union league bloc organisation organization charity foundation institute centre center university
    think-tank thinktank association federation church court tribunal company newspaper network channel station daily magazine
    website junta authority authorities forces force command team mission delegation people crowd family families
    public leadership presidency palace kremlin pentagon house chamber majority minority faction wing board bank
    ngo ngos press media tank secretariat body watchdog panel summit conference community society bishops clergy
    statement communique resolution letter petition poll survey voters respondents rebels troops villagers locals
    residents protesters demonstrators tribesmen separatists loyalists islamists militants insurgents guerrillas
    regime state navy marines intelligence cabinet headquarters treasury consulate bureau service ministers
    sources elders relatives inhabitants civilians peers countries nations states capitals allies women men others
    academics politicians republicans democrats conservatives exiles diaspora monitors donors""")
PLURALS = frozenset(
    f"{noun[:-3]}men" if noun.endswith("man") else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    for noun in PERSON_NOUNS
) | {"ministers", "witnesses", "secretaries"}  # fmt: skip
SOURCE_NOUNS = PERSON_NOUNS | GROUP_NOUNS | PLURALS
TITLES = _words("""mr mrs ms dr prof professor gen general lt lieutenant col colonel maj major capt captain sgt sergeant adm
    admiral brig brigadier sen senator senators rep representative representatives gov governor pres president vice
    minister premier prime chancellor king queen prince princess crown emir sultan sheikh sheik imam ayatollah
    mullah pope bishop archbishop cardinal rev reverend father sister lord lady sir dame baroness ambassador envoy
    secretary secretary-general chairman spokesman spokeswoman spokesperson commander marshal field chief
    commissioner congressman congresswoman justice judge pastor mayor director deputy under-secretary former ex
    hon honourable msgr fr shri smt mme""")
# Between the words of a title: "Deputy Foreign Minister", "Chief Cabinet Secretary".
OFFICE_WORDS = _words("""foreign defence defense cabinet assistant military force army navy police press interior
    parliamentary permanent acting special national security principal executive political""")
# What may hold two portfolios: the minister "of Trade and Industry".
OFFICES_OF = _words("ministry minister ministers department secretary committee commission")
OURSELVES = frozenset(["i", "we"])
# What "I" behind it counts: "World War I".
NUMBERED = _words("""war part article chapter annex phase class title type commission volume section schedule stage
    level category group appendix corps""")
PERSONS, SOURCES = PERSON_NOUNS | TITLES, SOURCE_NOUNS | TITLES
MALE = _words(
    "mr king prince emir sultan spokesman chairman father lord sir bishop imam pope congressman he"
)
FEMALE = _words(
    "mrs ms queen princess spokeswoman chairwoman mother lady dame congresswoman widow she"
)
ORG_WORDS = GROUP_NOUNS | _words("""nations watch amnesty relief cross crescent observatory international democratic islamic national
    federal republic states kingdom council centre university times post news radio television tv press agency
    reuters afp ap bbc cnn initiative network fund programme program corps brigade brigades courts peshmerga
    guards guard jihad houthis hamas taliban crisis pact treaty bund doctors society ministry""")
# "The group", "the bloc": words for a body that was named before.
BODY_WORDS = _words("""group organisation organization body bloc movement agency charity party mission institute thinktank
    think-tank tank newspaper paper coalition alliance council ministry government army church commission
    committee daily union league front militia junta network watchdog broadcaster station""")
ACT_NOUNS = _words("""statement decision request announcement comments comment remarks remark speech letter call appeal vote
    refusal resolution report communique declaration proposal plan warning offer demand order protest proposal
    motion verdict ruling petition tweet post pledge promise threat criticism objection rejection veto""")  # fmt: skip

# Plurals too: "UN reports had said".
ACT_NOUNS = ACT_NOUNS | {f"{noun}s" for noun in ACT_NOUNS} | {"policies", "policy"}
PORTFOLIOS = _words("""information defence defense interior justice finance state health foreign external affairs security planning
    energy transport education agriculture trade home war women youth internal cooperation relations communications
    nations union council africa europe asia east west middle north south staff industry commerce economy veterans
    integration tourism culture labour labor science technology communication immigration citizenship
    infrastructure works development fisheries employment human social public local regional national sports sport
    water sanitation peace environment housing lands mines petroleum forestry gender children climate police
    investment media""")
PARTICLES = _words("al el bin ibn bint abu van von der de du di da dos del la le ben ould ag")
MEDIA = _words("""reuters ap afp bbc cnn tass itar-tass xinhua interfax anadolu efe dpa ansa kyodo ria nbc abc cbs npr
    bloomberg haaretz politico dawn newspaper newspapers daily broadcaster weekly tabloid magazine portal
    paper""")
MEDIA_NAMES = (
    "associated press", "al jazeera", "al-jazeera", "al arabiya", "al-arabiya", "agence france-presse",
    "new york times", "washington post", "wall street journal", "the guardian", "the times",
    "financial times", "le monde", "le figaro", "der spiegel", "sky news", "fox news", "news agency",
    "voice of america", "radio free europe", "deutsche welle", "the economist", "the independent",
    "daily telegraph", "los angeles times", "usa today", "the telegraph", "television channel", "radio station",
    "news channel", "news website", "television station", "news network",
)  # fmt: skip
MEDIA_NAME = re.compile("|".join(map(re.escape, MEDIA_NAMES)))
STATE_MEDIA = _words(
    "state official state-run state-owned state-controlled government-run pro-government national"
)

# Armed groups of the last fifty years that states or the United Nations list: no states, no parties.
ARMED_GROUPS = _words("""taliban isis isil daesh hezbollah hizbollah hamas houthi houthis shabab shabaab al-shabaab al-shabab al-qaeda
    al-qaida qaeda qaida janjaweed janjawid unita renamo farc eln pkk ypg ltte m23 khmer contras mujahideen
    peshmerga seleka anti-balaka interahamwe lra plo fatah uck kla ruf mlc rcd spla splm tplf onlf fnla swapo
    polisario sendero jihadists jihadis""")
