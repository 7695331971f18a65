"""Documents in turn, as many at a time as memory is meant for."""

from collections.abc import Iterable, Iterator

from labels.document import Document


def batches(
    documents: Iterable[Document], *, most: int, most_characters: int
) -> Iterator[list[Document]]:
    """Yield documents in their order, a few at a time; a document too long for any company is alone.

    Args:
        documents: to be tagged.
        most: documents at a time.
        most_characters: of their texts together, in code points. While it is tagged, a text takes 300
            bytes a character.
    """
    some: list[Document] = []
    n_characters = 0
    for document in documents:
        n_characters += len(document.text)
        if some and (len(some) == most or n_characters > most_characters):
            yield some
            some, n_characters = [], len(document.text)
        some.append(document)
    if some:
        yield some
