"""Tokens by which candidates are judged: who echoes, who leads, what the line is about."""

from collections.abc import Sequence

from model.actor_views import named_rows, told
from model.analysis import analyse
from model.proposed_views import proposed_rows
from model.scene import scene
from tests.builders import article


def shapes(
    text: str, *, about: Sequence[float] | None = None, title: str = ""
) -> dict[tuple[int, str], set[str]]:
    one = scene(analyse(article(text, host="SOM", title=title)))
    named = {(at, actor): 0.8 for at, actor, _ in named_rows(one, told(one))}
    surely = about or [0.6] * len(one.lines)
    return {
        (at, actor): set(row["shape"].tokens)
        for at, actor, row in proposed_rows(one, told(one), named, surely)
    }


def test_a_force_that_names_nobody_echoes_its_last_owner():
    found = shapes(
        "Kenyan jets flew low. Ugandan troops arrived. Rain fell. The jets hit a market."
    )

    assert {"c.echo", "c.echo_nearest", "c.echo_of_before"} <= found[3, "KEN"]
    assert "c.echo_of_another" in found[3, "UGA"]


def test_who_leads_a_coalition_is_tied_to_the_coalition():
    found = shapes("The Kenyan-led coalition is ready. Chad is not. The coalition denied it.")

    assert "c.leads|coalition" in found[2, "KEN"]
    assert "c.leads" not in found[2, "TCD"]
    assert "c.somebody_leads" in found[2, "TCD"]


def test_led_by_says_the_same_as_a_hyphen():
    found = shapes("A force led by the Kenyans is ready. The alliance denied it.")

    assert "c.leads|coalition" in found[1, "KEN"]


def test_a_line_that_talks_of_something_else_says_so_of_each_candidate():
    found = shapes("Kenyan troops stayed. Chad sold oil.", about=[0.9, 0.02])

    assert "n.about>0.8" in found[0, "KEN"]
    assert not any(token.startswith(("n.about>", "c.about>")) for token in found[1, "TCD"])
    assert "n.before=4" in found[1, "TCD"]


def test_an_actor_of_idle_lines_has_a_smaller_share_than_one_of_lines_about_it():
    found = shapes("Kenyan troops stayed. Chad sold oil.", about=[0.9, 0.02])

    assert "n.rank=0" in found[0, "KEN"]
    assert "n.rank=1" in found[1, "TCD"]


def test_the_unnamed_is_tried_everywhere_and_judged_apart():
    found = shapes("Kenyan troops stayed. Rain fell.", title="Uganda waits")

    assert "u.rank=3" in found[1, "UNSPECIFIED"]
    assert "c.headline_first" in found[1, "UGA"]
