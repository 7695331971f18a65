"""What the name of a labelled file tells."""

from training.origins import origin_weight


def test_agency_style_files_weigh_more_than_opinion_and_that_more_than_literature():
    assert origin_weight("x10") > origin_weight("w12") == origin_weight("own") > origin_weight("w3")
    assert origin_weight("xylophone") == origin_weight("own")
