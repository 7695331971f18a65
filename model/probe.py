"""A short article that every version is asked about, to see that it still reads as when it was fitted.

A version holds what was learnt; how sentences are cut and turned into views is code. Where the code
has changed since, a version goes on loading and may tag worse without a word. So a version's
manifest keeps what it said of this article when it was saved, and loading asks again.
"""

import hashlib
import json

from labels.document import Document
from model.tagger import Tagger

PROBE = Document(
    id="probe",
    host="TCD",
    text=(
        "N'DJAMENA - Rebels shelled the airport road on Tuesday, and the market stayed shut.\n\n"
        "The African Union must send peacekeepers at once, said Halima Issa of the Lake Women's "
        'League. "Every week of waiting costs us another village," she added. "We can\'t bury the '
        'dead and count the living."\n\n'
        'Foreign minister Idriss Tolba ruled that out. "No foreign soldier will set foot here," he '
        "said. France would accept a force only with a mandate of the U.N. Security Council, a "
        "diplomat in Paris said; Russia, which has instructors in the country, kept silent.\n\n"
        "Analysts doubt that the bloc has the troops. The rains begin in June."
    ),
)


def fingerprint(tagger: Tagger) -> str:
    """Return a hash of what a tagger says of the article: labels, names and actors, no scores.

    Scores differ in their last digits between machines; labels don't.
    """
    (tagged,) = tagger.tag([PROBE])
    said = [[tag.sentence.start, tag.sentence.end, tag.coding().to_json()] for tag in tagged.tags]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
