"""The root of every error that stancewire raises on purpose.

Each folder's errors subclass `StancewireError` next to their cause and carry the offending thing
as attributes; `service.errors` maps every class to one HTTP status and one exit code.
"""


class StancewireError(Exception):
    """Something that the user can understand and mend; its text says what, where and what to do."""


class InvalidDocument(StancewireError):
    """A document that can't be read as one.

    Attributes:
        field: the JSON field at fault, or None for the document as a whole.
        reason: what is wrong, and what would be right.
    """

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        self.reason = reason
        self.field = field
        super().__init__(f"{field}: {reason}" if field else reason)


class InvalidCoding(StancewireError):
    """A coding that the scheme doesn't allow, or that doesn't fit its document."""

    def __init__(self, reason: str, *, field: str) -> None:
        self.reason = reason
        self.field = field
        super().__init__(f"{field}: {reason}")


class InvalidLabelledSet(StancewireError):
    """A labelled file that breaks a rule; the text names file, line and field."""

    def __init__(self, path: str, line: int, field: str, reason: str) -> None:
        self.path = path
        self.line = line
        self.field = field
        self.reason = reason
        super().__init__(f"{path}:{line}: {field}: {reason}")


class InvalidScheme(StancewireError):
    """A scheme that names its labels badly.

    Attributes:
        field: the field at fault.
        reason: what is wrong, and what would be right.
    """

    def __init__(self, reason: str, *, field: str, path: str = "") -> None:
        self.reason = reason
        self.field = field
        self.path = path
        super().__init__(f"{path}: {field}: {reason}" if path else f"{field}: {reason}")
