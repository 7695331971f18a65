from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from training.active import (
    Item,
    Reason,
    Wishes,
    audit_documents,
    doubt,
    is_audit,
    rank,
    rarity,
    word_pairs,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ALL_RANKED = Wishes(audit_share=0.0)
COUNTS = {"none": 1000, "favor": 100, "against": 100, "conditional": 10}


def item(document, text, *, start=0, known_by=(), speaker_score=1.0, **scores):
    rest = 1 - sum(scores.values())
    told = {"favor": 0.0, "against": 0.0, "conditional": 0.0, "none": 0.0} | scores
    told["none"] += rest
    return Item(document, start, start + len(text), text, told, speaker_score, known_by)


def ask(pool, *, n=10, coder="ada", now=NOW, wishes=ALL_RANKED, **options):
    return rank(pool, n=n, coder=coder, now=now, wishes=wishes, **options)


def documents(queue):
    return [ask.item.document for ask in queue.asks]


def pool_of(n, *, sentences=1):
    return [
        item(f"d{i}", f"Take{i} part{j} of{i * 7} tale{i + j}x{i}", start=100 * j, favor=0.4)
        for i in range(n)
        for j in range(sentences)
    ]


def test_the_doubtful_sentence_comes_before_the_sure_one_and_says_why():
    queue = ask([item("sure", "It rained", none=0.99), item("torn", "Go in", favor=0.49)])

    assert documents(queue) == ["torn", "sure"]
    assert queue.asks[0].reason is Reason.UNCERTAIN
    assert queue.asks[0].why == "the machine hesitates: none 0.51, favor 0.49"


def test_a_chance_of_a_rare_class_weighs_as_much_as_doubt():
    rare = item("rare", "Only with a mandate", conditional=0.6, none=0.0, favor=0.1)
    common = item("common", "It might be so", favor=0.3)

    queue = ask([common, rare], class_counts=COUNTS)

    assert documents(queue) == ["rare", "common"]


def test_the_rare_class_is_the_reason_where_it_outweighs_doubt():
    queue = ask([item("a", "Only if asked", conditional=0.95)], class_counts=COUNTS)

    assert queue.asks[0].reason is Reason.RARE
    assert queue.asks[0].why == "may be conditional (0.95), of which there are only 10"


def test_doubt_about_the_speaker_breaks_a_tie():
    queue = ask(
        [item("a", "One thing", favor=0.4), item("b", "Another", favor=0.4, speaker_score=0.3)]
    )

    assert documents(queue) == ["b", "a"]


def test_near_copies_of_what_is_chosen_or_labelled_are_left_out():
    wire = "The union will send 900 men to the port before the end of the month"
    copy = "The union will send 900 men to the port before the end of the year"
    known = "Nobody in the capital wants foreign soldiers on the street"
    pool = [
        item("a", wire, favor=0.49),
        item("b", copy, favor=0.48),
        item("c", known, favor=0.47),
        item("d", "A short word", favor=0.1),
    ]

    assert documents(ask(pool, labelled_texts=[known])) == ["a", "d"]


def test_one_document_does_not_fill_the_queue():
    pool = pool_of(2, sentences=6)

    assert sorted(documents(ask(pool, n=10))) == ["d0"] * 3 + ["d1"] * 3


def test_the_audit_share_is_drawn_by_document_and_is_about_as_large_as_wished():
    drawn = [is_audit(f"d{i}", Wishes(audit_share=0.2)) for i in range(2000)]

    assert 0.17 < sum(drawn) / 2000 < 0.23
    assert drawn == [is_audit(f"d{i}", Wishes(audit_share=0.2)) for i in range(2000)]
    assert drawn != [is_audit(f"d{i}", Wishes(audit_share=0.2, salt="x")) for i in range(2000)]


def test_every_tenth_item_is_drawn_from_the_audit_share_whatever_the_machine_thinks():
    queue = ask(pool_of(400), n=40, wishes=Wishes())

    audited = [i for i, one in enumerate(queue.asks, 1) if one.reason is Reason.AUDIT]
    assert audited == [10, 20, 30, 40]
    assert all(is_audit(one.item.document) == (one.reason is Reason.AUDIT) for one in queue.asks)


def test_who_asks_for_one_at_a_time_gets_the_audits_share_too():
    pool = pool_of(200)
    wishes = Wishes()

    asked = [ask(pool, n=1, wishes=wishes, n_done=done).asks[0].reason for done in range(30)]

    assert [i for i, reason in enumerate(asked, 1) if reason is Reason.AUDIT] == [10, 20, 30]


def test_a_run_of_near_copies_does_not_end_the_queue():
    same = [item(f"copy{i}", "The council will vote on troops today", favor=0.5) for i in range(60)]
    fresh = item("fresh", "Nobody asked us about it", favor=0.3)

    queue = ask([*same, fresh], n=1, labelled_texts=[same[0].text])

    assert documents(queue) == ["fresh"]


def test_audit_documents_are_drawn_at_random_and_what_is_known_takes_nobodys_place():
    ids = [f"d{i}" for i in range(2000)]
    wishes = Wishes()

    first = audit_documents(ids, n=20, wishes=wishes)
    more = audit_documents(reversed(ids), n=20, known=first, wishes=wishes)

    assert len(first) == 20
    assert all(is_audit(id, wishes) for id in more)
    assert more[:20] == first
    assert len(more) == 40
    assert max(int(id[1:]) for id in first) > 1000  # not the oldest alone


def test_a_surer_sentence_is_not_said_to_be_doubtful():
    queue = ask([item("sure", "It rained", none=0.97)])

    assert queue.asks[0].why.startswith("the machine is fairly sure, and of the rest surer: none")


def test_the_order_of_the_audit_share_does_not_hang_on_the_scores():
    def audited(favor):
        pool = [item(f"d{i}", f"{i} of {i * 3}", favor=favor if i % 2 else 0.2) for i in range(300)]
        queue = ask(pool, n=30, wishes=Wishes(audit_share=0.5))
        return [one.item.document for one in queue.asks if one.reason is Reason.AUDIT]

    assert audited(0.5) == audited(0.01)


def test_audit_items_fill_up_where_nothing_else_is_left():
    pool = [i for i in pool_of(300) if is_audit(i.document)]

    queue = ask(pool, n=5, wishes=Wishes())

    assert len(queue.asks) == 5


def test_a_coder_does_not_get_twice_what_they_judged():
    pool = [item("a", "Mine", favor=0.5, known_by=("ada",)), item("b", "New", favor=0.1)]

    assert documents(ask(pool, wishes=Wishes(audit_share=0.0, double_share=1.0))) == ["b"]


def test_a_second_coder_gets_a_share_of_what_the_first_judged_and_is_told_so():
    pool = [item(f"d{i}", f"{i} x {i + 7}", favor=0.5, known_by=("ben",)) for i in range(500)]

    queue = ask(pool, n=1000, wishes=Wishes(audit_share=0.0, double_share=0.2))

    assert 70 < queue.n_waiting < 130
    assert queue.asks[0].reason is Reason.SECOND
    assert queue.asks[0].why.startswith("ben coded it")


def test_two_coders_are_enough_and_audit_items_always_get_two():
    audited = next(f"d{i}" for i in range(99) if is_audit(f"d{i}"))
    once = item(audited, "Once", favor=0.5, known_by=("ben",))
    twice = item(audited, "Twice", start=50, favor=0.5, known_by=("ben", "cy"))

    assert [a.item.text for a in ask([once, twice], wishes=Wishes(double_share=0.0)).asks] == [
        "Once"
    ]


def test_a_skipped_item_stays_away_for_a_day_and_then_comes_back():
    pool = [item(f"d{i}", f"{i} says {i + 3}", favor=0.4) for i in range(3)]
    skipped = {pool[0].place: NOW - timedelta(hours=1)}

    today = ask(pool, n=2, skipped=skipped)
    tomorrow = ask(pool, n=3, skipped=skipped, now=NOW + timedelta(days=1))

    assert "d0" not in documents(today)
    assert (today.n_waiting, today.n_put_off) == (3, 1)
    assert "d0" in documents(tomorrow)
    assert tomorrow.n_put_off == 0


def test_skipped_items_come_back_at_once_when_nothing_else_is_left():
    pool = [item("a", "Skipped", favor=0.4), item("b", "Fresh", favor=0.1)]

    queue = ask(pool, skipped={pool[0].place: NOW})

    assert documents(queue) == ["b", "a"]
    assert queue.asks[1].reason is Reason.AGAIN


def test_an_empty_pool_gives_an_empty_queue():
    assert ask([]).asks == ()


@given(st.permutations(range(12)))
def test_the_order_of_the_pool_changes_nothing(order):
    pool = pool_of(12)

    assert ask([pool[i] for i in order], n=5) == ask(pool, n=5)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [({}, {}), ({"a": 5, "b": 5}, {"a": 0.0, "b": 0.0}), ({"a": 1, "b": 0}, {"a": 0.0, "b": 0.0})],
)
def test_no_class_is_rare_where_all_are_alike(counts, expected):
    assert rarity(counts) == expected


def test_doubt_of_a_single_class_is_what_it_lacks():
    assert doubt({"none": 0.75}) == 0.25


def test_word_pairs_pass_over_case():
    assert word_pairs("Go Home") == word_pairs("go home")
