from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

_Ids = npt.NDArray[np.int64]
_Words = Mapping[str, int] | Callable[[str], list[int]]

class Scorer:
    def __init__(
        self,
        words: Sequence[_Words],
        levels: Sequence[tuple[_Ids, _Ids, _Ids | None]],
        n_words: int,
        weights: Sequence[npt.NDArray[np.float64] | npt.NDArray[np.bool_]],
    ) -> None: ...
    def add(
        self, columns: Sequence[Sequence[tuple[str, ...]]], values: npt.NDArray[np.float64]
    ) -> None: ...
