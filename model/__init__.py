"""What the machine says of a sentence: segmentation, views, heads, the tagger and its artefact."""
