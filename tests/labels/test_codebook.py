"""The codebook and the code say the same."""

import re

from labels.codebook import rules, text
from labels.scheme import SCHEME_VERSION, UNSPECIFIED, SpeakerType, Stance


def test_the_tables_name_exactly_the_labels_of_the_scheme():
    assert set(rules()) == {*Stance, *SpeakerType, UNSPECIFIED}
    assert rules()[Stance.FAVOR].startswith("asks for, offers")


def test_the_codebook_has_the_version_of_the_scheme():
    found = re.search(r"Version (\d+\.\d+)\.", text())

    assert found
    assert found.group(1) == SCHEME_VERSION
