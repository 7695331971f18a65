"""Works that meet each other."""

import threading
from collections.abc import Callable, Iterable


def all_at_once(works: Iterable[Callable[[], object]]) -> None:
    """Do works in threads, each in one of its own, and wait for them; a minute for each at most."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
