"""Encodings, languages, columns and names."""

from io import BytesIO

import pytest
from hypothesis import given, settings, strategies as st

from service.readers.encoding import as_bytes_of_lines, decode, lines, wide_encoding
from service.readers.factiva import iso_date, split_text
from service.readers.fields import UnknownColumn, choose, from_name, name_regex, parse_mapping
from service.readers.jsonl import read as read_jsonl
from service.readers.language import detect
from service.readers.markup import text_of
from service.readers.record import Opened, ReadOptions
from service.readers.table import read as read_table
from tests import archives

TEXT = "Le café “Europa” – déjà vu: the união’s naïve façade, said the señor in Málaga. "
CYRILLIC = "Правительство заявило, что иностранные войска должны покинуть область. "


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TEXT, "utf-8"),
        (TEXT, "utf-8-sig"),
        (TEXT, "utf-16"),
        (TEXT, "utf-16-le"),
        (TEXT, "utf-16-be"),
        (TEXT, "utf-32"),
        (TEXT * 5, "cp1252"),
        (CYRILLIC * 5, "cp1251"),
        (CYRILLIC * 5, "koi8_r"),
    ],
)
def test_the_encoding_of_a_text_is_found(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"])))
def test_utf8_always_comes_back(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@settings(deadline=None)  # the first guess loads the tables of code pages
@given(st.binary())
def test_no_bytes_are_refused(data: bytes) -> None:
    decode(data, declared="ascii")


def test_a_declared_encoding_comes_before_a_guess() -> None:
    assert decode("žluťoučký".encode("cp1250"), declared="cp1250") == "žluťoučký"
    for nonsense in ("no-such-thing", "idna", "undefined", "base64"):
        assert decode("žluťoučký".encode(), declared=nonsense) == "žluťoučký"
        assert decode("caf\xe9s".encode("cp1252"), declared=nonsense) == "cafés"


def test_wide_encodings_are_seen_without_a_mark() -> None:
    assert wide_encoding("plain words".encode("utf-16-be")) == "utf-16-be"
    assert wide_encoding(b"plain words") is None
    assert wide_encoding(b"") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "cp1252"])
def test_tables_and_json_lines_are_read_in_any_encoding(encoding: str) -> None:
    story = "The prémier said “no” — twice."
    table = Opened("a.csv", BytesIO(f"id,text\n1,{story}\n".encode(encoding)))
    objects = Opened("a.jsonl", BytesIO(f'{{"id": "1", "text": "{story}"}}\n'.encode(encoding)))

    for records in (read_table(table, ReadOptions()), read_jsonl(objects, ReadOptions())):
        assert [record.parse().text for record in records] == [story]


def test_a_wide_encoding_can_be_declared() -> None:
    stream = as_bytes_of_lines(BytesIO("é".encode("utf-16-le")), "utf-16-le")

    assert stream.read() == "é".encode()


def test_lines_are_numbered_and_weighed() -> None:
    stream = as_bytes_of_lines(BytesIO(b"ab\r\n\nlonger line\nlast"), None)

    assert list(lines(stream, 4)) == [
        (1, b"ab", 4), (2, b"", 1), (3, None, 12), (4, b"last", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (archives.article(1).text, "en"),
        ("Osh: 5 dead", "en"),
        ("", "en"),
        (CYRILLIC * 3 + "Он сказал, что это не так, и они за это.", "ru"),
        ("Die Regierung sagte am Montag, dass die Truppen aus dem Land und von der Grenze mit "
         "sofortiger Wirkung abgezogen werden und nicht wieder kommen.", "de"),
        ("Le gouvernement a dit lundi que les troupes de la mission sont dans le pays et que des "
         "forces sur la frontière ne restent pas.", "fr"),
        ("El gobierno dijo el lunes que las tropas de la misión no se quedan en el país y que los "
         "soldados del norte se van por la frontera.", "es"),
        ("قال المتحدث إن القوات الأجنبية يجب أن تغادر البلاد قبل نهاية العام", "ar"),
        ("政府は月曜日に外国の軍隊が国を離れるべきだと述べた", "ja"),
        ("lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt ut "
         "labore magna aliqua quis nostrud exercitation ullamco laboris nisi aliquip", "und"),
    ],
)  # fmt: skip
def test_the_language_of_an_article_is_told(text: str, language: str) -> None:
    assert detect(text) == language


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownColumn, match=r"no column 'Story' .* the columns are id, body"):
        choose(["id", "body"], ReadOptions(columns={"text": "Story"}))


def test_a_mapped_column_is_not_taken_twice() -> None:
    chosen = choose(["source", "text"], ReadOptions(columns={"id": "source"}))

    assert chosen == {"id": "source", "text": "text"}


def test_a_mapping_on_the_command_line_is_checked() -> None:
    assert parse_mapping(["text=BODY", "published=day"]) == {"text": "BODY", "published": "day"}
    for wrong in ("text", "text=", "colour=x"):
        with pytest.raises(UnknownColumn, match="FIELD=COLUMN"):
            parse_mapping([wrong])


def test_a_name_pattern_may_span_folders_and_its_fields_are_checked() -> None:
    options = ReadOptions(name_pattern="{publisher}/{published}/{title}.txt")

    found = from_name("news/Valley Courier/2024-03-05/No way.txt", options)

    assert found == {
        "publisher": "Valley Courier", "published": "2024-03-05", "title": "No way",
    }  # fmt: skip
    assert from_name("elsewhere.txt", options) == {}
    with pytest.raises(UnknownColumn, match="colour"):
        name_regex("{colour}.txt")


def test_pieces_of_html_become_paragraphs() -> None:
    fragment = (
        "<p>One <b>two</b>&amp;three<!-- no --> four</p><script>x()</script><div>Five<br>six</div>"
    )

    assert text_of(fragment) == "One two&three four\n\nFive\n\nsix"
    assert text_of("Plain\nlines") == "Plain\n\nlines"
    assert text_of("<") == "<"


def test_dates_of_newspapers_are_put_in_iso_form() -> None:
    assert iso_date("5 March 2024") == "2024-03-05"
    assert iso_date("March 5, 2024") == "2024-03-05"
    assert iso_date("some day") == "some day"
    assert iso_date(" ") is None


def test_a_factiva_text_that_breaks_off_is_kept() -> None:
    (article,) = split_text("HD A headline\nLP\nFirst.\nTD\nSecond.\n")

    assert article == {"HD": "A headline", "LP": "First.", "TD": "Second."}
