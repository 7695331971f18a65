"""Labelling from the command line: in and out in every format, agreement, queue."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from labels.labelled_set import read as read_labelled
from labels.scheme import Coding
from service import label_desk, label_queue
from service.cli import app
from service.judging import from_request
from service.store import documents, open_store, tags
from tests.builders import article, coded
from tests.times import T0
from training.active import is_audit

ADA = coded(
    """
    [favor|foreign_government|Paris|FRA] Paris will send 900 men to the port.
    [none|author|-|-] Nobody in the capital had asked for them.

    [against|opposition|the rebels|FRA] The rebels want no foreign soldiers.
    """,
    id="a1",
)
BEN = coded(
    """
    [favor|foreign_government|Paris|FRA] Paris will send 900 men to the port.
    [against|author|-|-] Nobody in the capital had asked for them.

    [against|opposition|the rebels|FRA,UN] The rebels want no foreign soldiers.
    """,
    id="a1",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path):
    def call(*words, code: int = 0) -> str:
        answer = CliRunner().invoke(app, [*map(str, words), "--home", str(home)])
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == code, answer.output
        return answer.stdout

    return call


def labelled_file(folder: Path, *documents) -> Path:
    path = folder / "coded.jsonl"
    path.write_text("\n".join(json.dumps(one.to_json()) for one in documents) + "\n")
    return path


@pytest.fixture
def two_coders(run, tmp_path: Path) -> None:
    run("labels", "import", labelled_file(tmp_path, ADA), "--coder", "ada")
    run("labels", "import", labelled_file(tmp_path, BEN), "--coder", "ben")


def test_importing_a_file_twice_adds_nothing(run, tmp_path: Path):
    file = labelled_file(tmp_path, ADA)
    first = run("labels", "import", file, "--coder", "ada")
    backup = tmp_path / "backup.jsonl"
    run("labels", "export", backup, "--format", "judgements")

    again = run("labels", "import", backup)

    assert first.startswith("3 judgements kept, 0 known before, 1 articles")
    assert again.startswith("0 judgements kept, 3 known before")


@pytest.mark.parametrize("form", ["csv", "label-studio", "doccano", "prodigy", "judgements"])
def test_what_goes_out_to_a_tool_comes_back_as_it_was(run, tmp_path: Path, form: str):
    run("labels", "import", labelled_file(tmp_path, ADA), "--coder", "ada")
    out = tmp_path / (
        "out.json" if form == "label-studio" else f"out.{'csv' if form == 'csv' else 'jsonl'}"
    )
    run("labels", "export", out, "--format", form)
    other = tmp_path / "other"

    known = labelled_file(tmp_path, ADA)
    CliRunner().invoke(
        app, ["labels", "import", str(known), "--coder", "zoe", "--home", str(other)]
    )
    back = CliRunner().invoke(app, ["labels", "import", str(out), "--home", str(other)])

    assert back.exit_code == 0, back.output
    export = tmp_path / "again.jsonl"
    CliRunner().invoke(
        app, ["labels", "export", str(export), "--coder", "ada", "--home", str(other)]
    )
    (again,) = read_labelled([export]).documents
    assert again.codings == ADA.codings
    assert again.document.text == ADA.document.text


def test_a_fault_anywhere_in_a_file_keeps_all_of_it_out(run, tmp_path: Path, home: Path):
    broken = json.loads(json.dumps(BEN.to_json()))
    broken["id"] = "a2"
    broken["sentences"][1]["stance"] = "maybe"
    file = labelled_file(tmp_path, ADA)
    file.write_text(file.read_text() + json.dumps(broken) + "\n")

    with pytest.raises(Exception, match=r"coded.jsonl, line 2.*maybe"):
        run("labels", "import", file, "--coder", "ada")
    assert json.loads(run("labels", "stats"))["sentences"] == 0

    kept = run("labels", "import", file, "--coder", "ada", "--skip-bad", code=1)
    assert kept.startswith("3 judgements kept")


def test_an_entry_that_cannot_be_kept_can_be_left_out(run, tmp_path: Path):
    file = tmp_path / "stances.csv"
    file.write_text(
        "document_id,start,end,text,stance,speaker_type,speaker,coder\n"
        "b1,0,5,Go in,favor,expert,Amadi,ada\n"
        "b2,0,5,Go in,favor,expert,Amadi,\n"
        "b3,0,5,Go in,favor,,,ada\n"
    )

    told = run("labels", "import", file, "--skip-bad", code=1)

    assert told.startswith("1 judgements kept")


def test_a_file_is_checked_without_being_imported(run, tmp_path: Path):
    assert run("labels", "check", labelled_file(tmp_path, ADA)).endswith("3 codings, 0 faults\n")
    (tmp_path / "bad.jsonl").write_text('{"sentences": [], "id": "x"}\n')

    told = run("labels", "check", tmp_path / "bad.jsonl", code=4)

    assert "line 1" in told
    assert json.loads(run("labels", "stats"))["documents"] == 0


@pytest.mark.parametrize("text", ["hello", "[1", ""])
def test_a_format_that_cannot_be_told_must_be_said(run, tmp_path: Path, text: str):
    file = tmp_path / "what.txt"
    file.write_text(text)

    with pytest.raises(Exception, match=r"--format|not JSON"):
        run("labels", "import", file)


def test_stats_count_coders_verdicts_and_the_audit_share(run, two_coders):
    told = json.loads(run("labels", "stats"))

    assert told["by_coder"] == {"ada": 3, "ben": 3}
    assert told["verdicts"] == {"agreed": 1, "disputed": 2}
    assert told["stances"] == {"favor": 1}
    assert told["by_tool"] == {"jsonl": 6}


def test_agreement_is_told_as_a_table_and_as_json(run, two_coders):
    table = run("agreement", "--samples", 50)
    fields = {one["field"]: one for one in json.loads(run("agreement", "--json"))["fields"]}

    assert "ada / ben" in table
    assert fields["stance"]["sentences"] == 3
    assert fields["stance"]["alpha"]["value"] < 1
    assert fields["speaker_type"]["alpha"]["value"] == 1


def test_a_disagreement_is_adjudicated_with_its_history(run, two_coders):
    listed = [json.loads(line) for line in run("agreement", "--disagreements").splitlines()]
    first = listed[0]
    place = (first["document"], first["start"], first["end"])
    assert first["fields"] == ["stance"]
    assert first["text"] == "Nobody in the capital had asked for them."

    told = json.loads(
        run("labels", "adjudicate", *place, "--by", "eve", "--take", "ada", "--note", "rule 1")
    )

    assert (told["kind"], told["stance"], told["note"]) == ("adjudication", "none", "rule 1")
    after = [json.loads(line) for line in run("agreement", "--disagreements").splitlines()]
    assert [one["open"] for one in after] == [True, False]
    assert [one["coder"] for one in after[1]["history"]] == ["ada", "ben", "eve"]
    assert json.loads(run("labels", "stats"))["verdicts"]["adjudicated"] == 1


def test_an_adjudication_may_change_what_it_takes_or_be_new(run, two_coders):
    place = ("a1", BEN.sentences[2].start, BEN.sentences[2].end)
    changed = json.loads(
        run("labels", "adjudicate", *place, "--by", "eve", "--take", "ben", "--actors", "rus un")
    )
    new = json.loads(
        run(
            "labels", "adjudicate", *place, "--by", "eve", "--stance", "none",
            "--speaker-type", "expert", "--speaker", "Amadi",
        )
    )  # fmt: skip

    assert changed["proposed_actors"] == ["RUS", "UN"]
    assert new["speaker"] == "Amadi"
    assert new["supersedes"] == changed["id"]


def test_an_adjudication_needs_a_coding_an_article_and_a_coder(run, two_coders):
    run("labels", "adjudicate", "a1", 0, 37, "--by", "eve", code=2)
    with pytest.raises(Exception, match="zoe"):
        run("labels", "adjudicate", "a1", 0, 37, "--by", "eve", "--take", "zoe")
    with pytest.raises(Exception, match="a9"):
        run("labels", "adjudicate", "a9", 0, 37, "--by", "eve", "--take", "ada")


def test_decisions_made_in_a_tool_are_imported_as_adjudications(run, two_coders, tmp_path: Path):
    run("labels", "import", labelled_file(tmp_path, BEN), "--coder", "eve", "--adjudicate")

    assert json.loads(run("labels", "stats"))["verdicts"] == {"adjudicated": 3}


def test_what_is_kept_is_checked_for_open_points(run, two_coders):
    told = run("labels", "check")

    assert "ada, ben differ on stance: adjudicate it" in told
    assert told.endswith("2 points\n")


def test_the_audit_share_is_exported_apart(run, tmp_path: Path):
    both = {is_audit(f"d{i}"): f"d{i}" for i in range(200)}
    files = [json.dumps({**ADA.to_json(), "id": id}) for id in both.values()]
    for i, line in enumerate(files):  # the same text twice is two articles here
        (tmp_path / f"{i}.jsonl").write_text(line)
        run("labels", "import", tmp_path / f"{i}.jsonl", "--coder", "ada")
    out = tmp_path / "out.jsonl"

    run("labels", "export", out, "--audit")
    assert [d.document.id for d in read_labelled([out]).documents] == [both[True]]
    run("labels", "export", out, "--no-audit")
    assert [d.document.id for d in read_labelled([out]).documents] == [both[False]]


@pytest.fixture
def kept_articles(home: Path, tagger) -> list[str]:
    """Three articles that the service keeps, tagged."""
    home.mkdir()
    store = open_store(home / "stancewire.db")
    articles = [
        article(f"Minister {name} may send {i * 100} troops. The {name} sky was blue.", id=f"k{i}")
        for i, name in enumerate(["Adler", "Brandt", "Celik"], 1)
    ]
    with store.write() as connection:
        for one, tagged in zip(articles, tagger.tag(articles), strict=True):
            kept = documents.keep(connection, one, now=T0)
            tags.put(connection, kept.row, tagged, now=T0)
    store.close()
    return [one.id for one in articles]


def test_the_queue_says_what_to_label_and_why(run, kept_articles):
    asked = [json.loads(line) for line in run("queue", "--coder", "ada", "-n", 3).splitlines()]

    assert len(asked) == 3
    assert {one["document"] for one in asked} <= set(kept_articles)
    assert all(one["why"] for one in asked)


def test_what_is_judged_takes_nobodys_place_in_the_pool(home, kept_articles):
    store = open_store(home / "stancewire.db")
    seen = set()

    for _ in range(4):
        (ask,) = label_queue.queue(store, coder="ada", n=1, now=T0, pool=2).asks
        key, start, end = ask.item.place
        seen.add((key, start))
        with store.read() as connection:
            document = label_desk.known_document(connection, key)
        assert document is not None
        coded_so = {"start": start, "end": end, **Coding("none", "author").to_json()}
        told = from_request({"sentences": [coded_so]}, document, now=T0, coder="ada")
        label_desk.keep(store, [document], told, now=T0)

    store.close()
    assert len(seen) == 4


def test_a_skipped_sentence_leaves_the_queue_for_a_day(run, kept_articles):
    first = json.loads(run("queue", "--coder", "ada", "-n", 1))
    place = f"{first['document']}:{first['start']}:{first['end']}"

    after = run("queue", "--coder", "ada", "-n", 2, "--skip", place)

    assert first["text"] not in [json.loads(line)["text"] for line in after.splitlines()]
    assert json.loads(run("labels", "stats"))["by_kind"] == {"skip": 1}
    with pytest.raises(Exception, match="k9"):
        run("queue", "--coder", "ada", "--skip", "k9:0:4")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--skip", "k1"], 2),
        (["--skip", "k1:x:y"], 2),
        (["--skip", "0:4"], 2),
        (["--coder", "  "], 2),
        (["--format", "jsonl"], 2),
        (["-o", "/nowhere/at/all.json"], 5),
    ],
)
def test_a_queue_that_cannot_be_asked_for_is_refused_in_a_line(run, kept_articles, words, code):
    assert "Traceback" not in run("queue", "--coder", "ada", *words, code=code)


def test_suggestions_that_nobody_took_over_are_not_imported(run, kept_articles, tmp_path: Path):
    out = tmp_path / "todo.csv"
    run("queue", "--coder", "ada", "-n", 2, "-o", out, "--format", "csv")

    assert run("labels", "import", out, "--coder", "ada").startswith("0 judgements kept")

    with out.open(encoding="utf-8-sig", newline="") as sheet:
        rows = [{**row, "coder": "ada"} for row in csv.DictReader(sheet)]
    with out.open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.DictWriter(sheet, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert run("labels", "import", out).startswith("2 judgements kept")


def test_who_coded_a_doccano_file_can_be_said_and_is_else_its_name(run, tmp_path: Path):
    run("labels", "import", labelled_file(tmp_path, ADA), "--coder", "ada")
    export = tmp_path / "cleo.jsonl"
    run("labels", "export", export, "--format", "doccano")
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    for line in lines:
        line.pop("coder")
        line.pop("coded_at", None)
    export.write_text("".join(json.dumps(line) + "\n" for line in lines))

    run("labels", "import", export, "--coder", "dora")
    run("labels", "import", export)

    coders = json.loads(run("labels", "stats"))["by_coder"]
    assert coders == {"ada": 3, "cleo": 3, "dora": 3}


def test_suspect_codings_are_sought_in_the_set_that_versions_start_from(
    run, tmp_path: Path, small_set, monkeypatch
):
    folder = tmp_path / "labelled"
    folder.mkdir()
    labelled_file(folder, *small_set.documents[:16])
    monkeypatch.setenv("STANCEWIRE_LABELLED", str(folder))

    listed = run("labels", "suspects", "-n", 3, "--folds", 2).splitlines()

    known = {coded.document.id for coded in small_set.documents[:16]}
    assert 0 < len(listed) <= 3
    assert {json.loads(line)["document"] for line in listed} <= known
    assert run("labels", "suspects", "--folds", 2, "--judged-only") == ""


def test_agreement_of_nobody_is_said_in_words(run):
    assert "no sentence was coded by two people yet" in run("agreement")


def test_nothing_is_exported_into_a_folder_that_is_not_there(run, tmp_path: Path):
    run("labels", "export", tmp_path / "nowhere" / "out.jsonl", code=5)


@pytest.mark.parametrize("form", ["label-studio", "csv"])
def test_the_queue_is_written_for_a_tool_with_suggestions(run, kept_articles, tmp_path, form):
    out = tmp_path / f"todo.{form}"

    told = run("queue", "--coder", "ada", "-n", 2, "-o", out, "--format", form)

    assert "2 sentences written" in told
    assert "troops" in out.read_text()
