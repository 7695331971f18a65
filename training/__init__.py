"""How a tagger comes to be: splits, fitting, calibration, evaluation, the registry of versions."""
