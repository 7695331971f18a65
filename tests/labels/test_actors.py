"""The actor register: every state and organisation is found by its words, and no other."""

import csv
import io
from pathlib import Path

import pycountry
import pytest
from hypothesis import given, strategies as st

from labels.actors import ACTING, ActorRegister, InvalidActors, Kind, read_entries
from labels.country_table import TABLE, table
from labels.scheme import ACTOR_ID, UNSPECIFIED

REGISTER = ActorRegister.shipped()
OURS = Path(TABLE).with_name("actors.csv").read_text(encoding="utf-8")


def ids(text: str) -> list[str]:
    return [mention.id for mention in REGISTER.find(text)]


def test_the_country_table_is_fresh():
    assert TABLE.read_text(encoding="utf-8") == table(), "run: python -m labels.country_table"


def test_every_state_is_found_by_its_usual_name():
    missed = [
        country.alpha_3
        for country in pycountry.countries
        if ids(f"They flew to {REGISTER.name(country.alpha_3)} on Monday.") != [country.alpha_3]
    ]

    assert missed == []


def test_every_state_has_a_row_of_ours_or_no_words_but_its_name():
    known = {entry.id for entry in read_entries(OURS, "actors.csv")}
    uninhabited = {"ATF", "BVT", "HMD", "UMI", "SGS", "SHN", "SPM", "PCN", "NFK"}
    dependent = {"GGY", "JEY", "GLP", "MYT", "REU", "NCL", "GUF", "LIE", "SMR", "WLF"}

    missing = {c.alpha_3 for c in pycountry.countries} - known

    assert missing <= uninhabited | dependent


def test_no_form_is_listed_twice_for_one_actor():
    entries = read_entries(OURS, "actors.csv")
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for entry in entries:
        if entry.kind in {"person", "word", "generic_noun", "generic_adjective"}:
            continue
        for form in entry.forms:
            if (entry.id, form) in seen:
                twice.append((form, entry.kind, seen[entry.id, form]))
            seen[entry.id, form] = entry.kind

    assert twice == []


def test_every_id_may_stand_in_a_coding_and_has_a_name():
    for entry in read_entries(OURS, "actors.csv"):
        if entry.id:
            assert ACTOR_ID.fullmatch(entry.id)
            assert REGISTER.name(entry.id) != entry.id or entry.id in {"BRICS", "ANZUS"}


def test_a_mission_works_in_a_state():
    states = {c.alpha_3 for c in pycountry.countries} | {"XKX"}

    assert set(REGISTER.places.values()) <= states
    assert REGISTER.places["UNPROFOR"] == "BIH"


def test_a_mission_counts_years_in_order():
    for entry in read_entries(OURS, "actors.csv"):
        assert not (entry.since and entry.until) or entry.since <= entry.until


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Niger and Nigeria sent Nigeriens and Nigerians.", ["NER", "NGA", "NER", "NGA"]),
        ("Guinea, Guinea-Bissau, Equatorial Guinea", ["GIN", "GNB", "GNQ"]),
        ("Papua New Guinea is no part of Guinea", ["PNG", "GIN"]),
        ("ships in the Gulf of Guinea", []),
        ("Congo and Congo-Brazzaville", ["COD", "COG"]),
        ("the Democratic Republic of the Congo", ["COD"]),
        ("the Republic of the Congo", ["COG"]),
        ("Congolese troops", ["COD"]),
        ("Sudan and South Sudan", ["SDN", "SSD"]),
        ("South Sudanese and Sudanese generals", ["SSD", "SDN"]),
        ("North Korea, South Korea, North Koreans", ["PRK", "KOR", "PRK"]),
        ("Dominica and the Dominican Republic", ["DMA", "DOM"]),
        ("Romania, Oman and Amman", ["ROU", "OMN", "JOR"]),
        ("Malian, Malignant, Somali, Somalia and Mali", ["MLI", "SOM", "SOM", "MLI"]),
        ("Turkey, Türkiye and a turkey", ["TUR", "TUR"]),
        ("Ireland and Northern Ireland", ["IRL", "GBR"]),
        ("the U.S., the US and us", ["USA", "USA"]),
        ("U.N.-backed and UN-led", ["UN", "UN"]),
        ("the U.S.S.R. and the Soviet\nUnion", ["RUS", "RUS"]),
        ("Côte d’Ivoire", ["CIV"]),
        ("RUSSIA WARNS TURKEY", ["RUS", "TUR"]),
        ("Zaire, Yugoslavia, Kosovo", ["COD", "SRB", "XKX"]),
        ("the Kremlin, Whitehall, the Elysée", ["RUS", "GBR", "FRA"]),
        ("the White House and the Pentagon", ["USA", "USA"]),
        ("the Truman administration and Carter Administration", ["USA", "USA"]),
        ("the provincial administration", []),
        ("the IDF and the Bundeswehr", ["ISR", "DEU"]),
        ("AMISOM, KFOR, MINUSMA, ISAF", ["AU", "NATO", "UN", "NATO"]),
        ("UNPROFOR and ECOMOG", ["UN", "ECOWAS"]),
        ("the OAU, the African Union", ["OAU", "AU"]),
        ("the CSCE", ["OSCE"]),
        ("foreign troops and Western powers", [UNSPECIFIED, UNSPECIFIED]),
        ("Foreign Troops Not Welcome", [UNSPECIFIED]),
        ("the international community", [UNSPECIFIED]),
        ("LET US GO HOME", []),
        ("US TROOPS LAND", ["USA"]),
        ("CAR BOMB KILLS TEN, WHO SAYS", []),
        ("the CAR army", ["CAF"]),
        ("the Washington Post wrote", []),
    ],
)
def test_words_that_clash_are_told_apart(text, expected):
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jordan's king flew to Jordan.", ["JOR", "JOR"]),
        ("In Chad the rains came.", ["TCD"]),
        ("Coach Chad Willem and Georgia Lindqvist agreed.", []),
        ("The actor Otto Jordan agreed.", []),
        ("He told Georgia, not Russia.", ["GEO", "RUS"]),
        ("from\nJordan", ["JOR"]),
        ("Jordan", ["JOR"]),
    ],
)
def test_persons_who_bear_a_states_name_are_no_states(text, expected):
    assert ids(text) == expected


def test_kinds_are_told_apart():
    text = (
        "Russia: Russian, Russians, Moscow, the Kremlin, Red Army, Grozny; UNICEF; Security Council"
    )

    kinds = [mention.kind for mention in REGISTER.find(text)]

    assert kinds == [
        Kind.NAME,
        Kind.ADJECTIVE,
        Kind.PEOPLE,
        Kind.CAPITAL,
        Kind.METONYM,
        Kind.FORCE,
        Kind.TERRITORY,
        Kind.AGENCY,
        Kind.ORGAN,
    ]
    assert Kind.TERRITORY not in ACTING


def test_a_range_is_searched_with_offsets_of_the_whole_text():
    text = "France left. Turkey stayed. France came back."

    (found,) = REGISTER.find(text, 13, 27)

    assert text[found.start : found.end] == "Turkey"


def test_an_unknown_id_is_its_own_name():
    assert REGISTER.name("XYZ") == "XYZ"
    assert REGISTER.name("TUR") == "Turkey"
    assert REGISTER.name("AU") == "African Union"


@given(
    st.text()
    | st.lists(st.sampled_from(["Niger", "ia", " ", "US", "’", "UN", "Ω", "."])).map("".join)
)
def test_mentions_are_ordered_disjoint_and_spelled_as_found(text):
    last = 0
    for mention in REGISTER.find(text):
        assert last <= mention.start < mention.end <= len(text)
        surface = text[mention.start : mention.end].replace("’", "'").replace("\u00a0", " ")
        assert surface.replace("\n", " ").lower() == mention.form.lower()
        last = mention.end


def user_file(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["id,kind,forms,from,to,at", *rows]), encoding="utf-8")
    return path


def test_a_users_own_actors_are_found_beside_ours(tmp_path):
    path = user_file(
        tmp_path, "ZZF,organisation,Zone Force; ZZF,1999,2001,", "UN,mission,MINUXYZ,,,MLI"
    )

    register = ActorRegister.extended(path)

    assert [m.id for m in register.find("ZZF and MINUXYZ in Mali")] == ["ZZF", "UN", "MLI"]
    assert register.name("ZZF") == "Zone Force"
    assert register.places["MINUXYZ"] == "MLI"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("TUR,name,Russia,,,", "stands already for RUS"),
        ("TUR,noun,Turkland,,,", "kind 'noun' is not one of"),
        ("tur,name,Turkland,,,", "can't be the id"),
        ("TUR,homonym,Turkland,,,", "can't be the id"),
        (",name,Turkland,,,", "can't be the id"),
        ("TUR,name,;,,,", "has no forms"),
        ("TUR,name,Turkland,99,,", "'99' is not a year"),
        ("TUR,name,Turkland", "has 3 columns instead of 6"),
    ],
)
def test_a_users_file_with_a_fault_is_refused_with_its_line(tmp_path, row, said):
    path = user_file(tmp_path, row)

    with pytest.raises(InvalidActors, match=said) as caught:
        ActorRegister.extended(path)

    assert (caught.value.path, caught.value.line) == (str(path), 2)


def test_a_users_file_without_header_is_refused(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("TUR,name,Turkland,,,\n", encoding="utf-8")

    with pytest.raises(InvalidActors, match="the first line must be id,kind"):
        ActorRegister.extended(path)


def test_our_file_is_sorted_csv_without_stray_blanks():
    rows = list(csv.reader(io.StringIO(OURS)))

    assert all(len(row) == 6 and row == [cell.strip() for cell in row] for row in rows)
