"""What the codebook's table of speaker types says, as descriptions that teach the type head.

The labelled set tells of invented people and bodies; it names few newspapers, aid groups or armed
groups that the news is full of. Each line is a type and descriptions of sources of that type, written
from the codebook and common knowledge; HOST and FOREIGN stand for a state's name, as in `model.sources`.
"""

from model.rows import Row, View
from model.source_marks import aimed, marks

SEEDS = """
expert: the MEDIA newspaper | MEDIA | the MEDIA | MEDIA reported | MEDIA journalist | a journalist | a FOREIGN.ADJECTIVE journalist
expert: MEDIA correspondent | MEDIA news agency | the MEDIA news agency | MEDIA television channel | a newspaper columnist | the editor
expert: former FOREIGN.ADJECTIVE ambassador | a former minister | retired general | a retired FOREIGN.ADJECTIVE colonel | former envoy to HOST.NAME
expert: a think tank | research institute | an analyst at the institute | institute for strategic studies
expert: former FOREIGN.ADJECTIVE ambassador to the IGO | former secretary of state
host_government: MEDIA.STATE | the state news agency MEDIA.STATE | HOST.ADJECTIVE state media MEDIA.STATE | the official news agency MEDIA.STATE | state television MEDIA.STATE
foreign_government: FOREIGN.ADJECTIVE state media MEDIA.STATE | the official FOREIGN.ADJECTIVE news agency MEDIA.STATE | FOREIGN.NAME state television MEDIA.STATE
civil_society: amnesty international | human rights watch | the red cross | the red crescent | the international committee of the red cross
civil_society: rights group | human rights group | aid agency | the aid group | charity | save the children | doctors without borders | oxfam | world vision
civil_society: reporters without borders | the catholic church | bishops | archbishop | islamic relief | care international
opposition: GROUP | the GROUP | GROUP rebels | a GROUP commander | GROUP spokesman | islamists | the islamists | rebels | the rebels | insurgents | the militants | separatists
opposition: the opposition | the main opposition party | an opposition leader | exiled opposition leader | the militia | militias | the liberation front | a rebel commander
opposition: a breakaway region's leader | self-declared president | the islamic state | al qaeda
foreign_government: FOREIGN.NAME | FOREIGN.METONYM | FOREIGN.CAPITAL | the FOREIGN.ADJECTIVE government | FOREIGN.ADJECTIVE officials | the FOREIGN.ADJECTIVE president | FOREIGN.METONYM spokesman
foreign_government: senator | a senator | congressman | congresswoman | republicans | democrats | republican senator | house of representatives | the senate
foreign_government: the FOREIGN.ADJECTIVE opposition | FOREIGN.ADJECTIVE lawmakers
foreign_government: national security adviser | the national security council | secretary of state | secretary of defense | defense secretary | defence secretary | foreign secretary | press secretary
foreign_government: joint chiefs of staff | the administration | state department | defense department | defence staff
foreign_government: FOREIGN.ADJECTIVE prime minister | the FOREIGN.ADJECTIVE foreign ministry | the FOREIGN.ADJECTIVE military | FOREIGN.ADJECTIVE army | FOREIGN.ADJECTIVE general | FOREIGN.ADJECTIVE commander
host_government: HOST.NAME | HOST.CAPITAL | the HOST.ADJECTIVE government | HOST.ADJECTIVE officials | the HOST.ADJECTIVE president | HOST.ADJECTIVE army | HOST.ADJECTIVE security forces | HOST.NAME 's ambassador
host_government: HOST.ADJECTIVE prime minister | HOST.ADJECTIVE lawmakers | HOST.ADJECTIVE parliament | the junta | the transitional government | the provincial governor | local police | the district police chief
intergovernmental: IGO | the IGO | IGO secretary-general | IGO spokesman | IGO envoy | the IGO security council | the security council | the mission's spokesman | AGENCY | the AGENCY | IGO mission | IGO officials | IGO commander
foreign_government: issuer president | issuer the president | issuer prime minister | issuer foreign minister | issuer secretary of state | issuer FOREIGN.NAME | issuer minister | issuer spokesman FOREIGN.ADJECTIVE
intergovernmental: issuer IGO | issuer secretary-general IGO | issuer IGO president | issuer IGO spokesman
host_government: issuer HOST.NAME | issuer HOST.ADJECTIVE president | issuer HOST.ADJECTIVE foreign ministry
public: residents | a resident | witnesses | an eyewitness | villagers | protesters | demonstrators | a refugee | refugees | a shopkeeper | a farmer | local people | sources | survivors | voters
"""
# Times that each seed is given to the regression: the labelled set has no newspaper or agency as a source,
# so that a handful of rows must outweigh how frequent officials are.
REPEATED = 10


def seed_rows() -> list[tuple[Row, str]]:
    """Return rows for the type head, with their types."""
    out: list[tuple[Row, str]] = []
    for line in SEEDS.strip().splitlines():
        kind, _, listed = line.partition(":")
        for description in listed.split("|"):
            words = aimed(description.split())
            named = any("." in w or w.isupper() for w in words)
            tokens = [f"kind={'named' if named else 'group'}", *words, f"head={words[-1]}"]
            tokens += [f"{w.split('.')[0]}+{words[-1]}" for w in words if w[0].isupper()]
            kind_of = tokens[:1] + (["issuer"] if words[0] == "issuer" else [])
            row = {
                "who": View(tuple(tokens)),
                "marks": View((*kind_of, *marks([words]))),
                "said": View(()),
                "around": View(()),
            }
            out += [(row, kind)] * REPEATED
    return out
