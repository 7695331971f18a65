"""What was just worked out is remembered for a moment."""

from service.pages.recent import FOR_S, KEPT, Recent


def test_a_value_is_made_once_a_minute_and_a_key():
    now = [0.0]
    made: list[str] = []
    recent: Recent[int] = Recent(lambda: now[0])

    def make() -> int:
        made.append("made")
        return len(made)

    assert (recent.get("a", make), recent.get("a", make)) == (1, 1)
    assert recent.get("b", make) == 2
    now[0] = FOR_S
    assert recent.get("a", make) == 3


def test_only_the_last_few_are_kept():
    recent: Recent[int] = Recent(lambda: 0.0)

    for n in range(KEPT + 1):
        recent.get(n, lambda n=n: n)  # type: ignore[misc]

    assert recent.get(0, lambda: -1) == -1
    assert recent.get(KEPT, lambda: -1) == KEPT
