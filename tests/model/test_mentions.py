"""Tagged actors: candidates, evidence, independence of documents."""

from collections.abc import Mapping, Sequence

import pytest

from labels.actors import ActorRegister
from labels.document import Document
from labels.labelled_set import LabelledSet, shipped
from model.actor_views import judged, mask, named_rows, told
from model.analysis import Analysis, analyse
from model.heads import Head
from model.mentions import ACTOR_LINE, NAMED_ACTOR, PROPOSED_ACTOR, THRESHOLD, tag_actors
from model.proposed_views import proposed_rows
from model.reading import read
from model.scene import scene
from model.tag import ActorTag
from tests.builders import article
from training.fit import analysed
from training.fit_actors import fit_actor_heads


@pytest.fixture(scope="module")
def heads(small_set: LabelledSet) -> dict[str, Head]:
    return fit_actor_heads(analysed(small_set.documents), small_set.documents, seed=0)


STORY = """
    Kenyan troops crossed into Somalia on Sunday to fight the militants. Their tanks rolled on.

    Turkey signed a trade agreement on Monday. The government asked for foreign troops.
"""


def tags_of(
    analyses: Sequence[Analysis], heads: Mapping[str, Head]
) -> list[tuple[tuple[ActorTag, ...], ...]]:
    return tag_actors(analyses, [read(analysis) for analysis in analyses], heads)


def rows(analysis: Analysis) -> dict[tuple[int, str], dict[str, tuple[str, ...]]]:
    one = scene(analysis)
    named = {(at, actor): 0.9 for at, actor, _ in named_rows(one, told(one))}
    return {
        (at, actor): {name: view.tokens for name, view in row.items()}
        for at, actor, row in proposed_rows(one, told(one), named, [0.6] * len(one.lines))
    }


def test_named_and_carried_actors_are_tried_once_a_line():
    found = rows(analyse(article(STORY, host="SOM")))

    assert [key for key in found if key[0] == 0] == [(0, "KEN"), (0, "TUR"), (0, "UNSPECIFIED")]
    assert (1, "KEN") in found
    assert "n.p>0.8" in found[0, "KEN"]["shape"]
    assert "n.own=TROOPS" in found[0, "KEN"]["shape"]
    assert "c.tieLSD|TROOPS:poss" in found[1, "KEN"]["shape"]
    assert "c.it" not in found[1, "KEN"]["shape"]
    assert "c.they" in found[1, "KEN"]["shape"]


def test_a_mask_hides_who_is_who():
    one = scene(analyse(article("Kenya and Uganda bombed Somalia 3 times in Kismayo.", host="SOM")))

    assert judged(one.lines[0], mask(one.lines[0], "SOM"), "KEN") == [
        "X", "and", "O", "bombed", "H", "0", "times", "in", "Hterritory", ".",
    ]  # fmt: skip


def test_the_views_of_an_actor_change_with_its_name_only_where_it_is_masked():
    kenya = rows(analyse(article(STORY, host="SOM")))
    chad = rows(analyse(article(STORY.replace("Kenyan", "Chadian"), host="SOM")))

    assert kenya[0, "KEN"] == chad[0, "TCD"]
    assert kenya[1, "KEN"] == chad[1, "TCD"]


def test_a_force_is_tagged_with_its_words(heads):
    document = article(STORY, host="SOM")

    (sentences,) = tags_of([analyse(document)], heads)

    (kenya,) = [tag for tag in sentences[0] if tag.id == "KEN"]
    assert document.text[kenya.start : kenya.end] == kenya.text == "Kenyan"
    assert (kenya.name, kenya.carried) == ("Kenya", False)
    assert kenya.score > THRESHOLD


def test_no_host_and_no_actor_twice(heads):
    labelled = shipped().documents[:12]

    for coded, tagged in zip(labelled, tags_of(analysed(labelled), heads), strict=True):
        for tags in tagged:
            ids = [tag.id for tag in tags]
            assert len(ids) == len(set(ids))
            assert coded.document.host not in ids
            assert [tag.score for tag in tags] == sorted((t.score for t in tags), reverse=True)


def test_documents_are_tagged_each_on_its_own(heads):
    analyses = analysed(shipped().documents[:4])

    together = tags_of(analyses, heads)

    assert together == [tags_of([analysis], heads)[0] for analysis in analyses]


def test_nothing_to_tag_gives_nothing(heads):
    assert tags_of([], heads) == []
    assert tags_of([analyse(Document("a", "Rain."))], heads) == [((),)]


class Sure(Head):
    """A real head whose every row is meant."""

    def __init__(self, head: Head) -> None:
        super().__init__(head.config, head.pipeline, head.calibration)

    def predict_proba(self, rows):
        probabilities = super().predict_proba(rows)
        probabilities[:, :] = (0.0, 1.0)
        return probabilities


def test_evidence_is_the_nearest_naming_or_the_words_themselves(heads):
    document = article(
        "It rains. Kenyan jets flew. The strikes went on. It rains.",
        host="SOM",
        title="Uganda waits",
    )
    sure = {name: Sure(head) for name, head in heads.items()}

    (sentences,) = tags_of([analyse(document)], sure)

    where = {(at, t.id): (t.text, t.carried) for at, tags in enumerate(sentences) for t in tags}
    assert where[0, "KEN"] == ("Kenyan", True)
    assert where[1, "KEN"] == ("Kenyan", False)
    assert where[2, "KEN"] == ("Kenyan", True)
    assert where[2, "UGA"] == ("strikes", False)
    assert where[3, "UNSPECIFIED"] == ("It rains.", False)


def test_a_tag_names_the_actor_as_the_register_does(heads):
    sure = {name: Sure(head) for name, head in heads.items()}

    (sentences,) = tags_of([analyse(article("AMISOM left.", host="SOM"))], sure)

    assert next((t.id, t.name, t.text) for t in sentences[0]) == (
        "AU",
        ActorRegister.shipped().name("AU"),
        "AMISOM",
    )


def test_all_heads_are_fitted_and_calibrated(heads):
    assert set(heads) == {NAMED_ACTOR, ACTOR_LINE, PROPOSED_ACTOR}
    for head in heads.values():
        assert head.classes == ("no", "yes")
        assert head.calibration.scale != 1.0
