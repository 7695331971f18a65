"""The tables of a Discourse Network Analyzer database, version 3, as far as they bind a writer.

Names, types and limits are DNA's; a file that breaks them is refused by DNA or damaged in it.
"""

# The release whose tables these are; DNA opens every file whose version begins with "3.".
DNA_VERSION = "3.1.2"
DNA_DATE = "2026-06-30"
# Titles, names and values are kept in columns of 190 characters.
MAX_CHARS = 190

PERMISSIONS = (
    "AddDocuments",
    "EditDocuments",
    "DeleteDocuments",
    "ImportDocuments",
    "AddStatements",
    "EditStatements",
    "DeleteStatements",
    "EditAttributes",
    "EditRegex",
    "EditStatementTypes",
    "EditCoders",
    "EditCoderRelations",
    "ViewOthersDocuments",
    "EditOthersDocuments",
    "ViewOthersStatements",
    "EditOthersStatements",
)


def _short(name: str, default: str = "") -> str:
    return f"{name} TEXT NOT NULL {default} CHECK (LENGTH({name}) <= {MAX_CHARS})"


def _flag(name: str, default: int) -> str:
    return f"{name} INTEGER NOT NULL DEFAULT {default} CHECK ({name} IN (0, 1))"


def _to(column: str, table: str) -> str:
    return f"FOREIGN KEY ({column}) REFERENCES {table} (ID) ON DELETE CASCADE"


def _data(value: str) -> str:
    return ", ".join(
        [
            "ID INTEGER PRIMARY KEY NOT NULL",
            "StatementId INTEGER NOT NULL",
            "VariableId INTEGER NOT NULL",
            value,
            _to("StatementId", "STATEMENTS"),
            _to("VariableId", "VARIABLES"),
            *([_to("Entity", "ENTITIES")] if value.startswith("Entity") else []),
            "UNIQUE (StatementId, VariableId)",
        ]
    )


_COLOUR = ", ".join(
    f"{name} INTEGER NOT NULL DEFAULT 0 CHECK ({name} BETWEEN 0 AND 255)"
    for name in ("Red", "Green", "Blue")
)
_ID = "ID INTEGER NOT NULL PRIMARY KEY"

TABLES: dict[str, str] = {
    "SETTINGS": "Property TEXT PRIMARY KEY, Value TEXT",
    "CODERS": ", ".join(
        [
            _ID,
            _short("Name"),
            _COLOUR,
            "Refresh INTEGER NOT NULL DEFAULT 0 CHECK (Refresh BETWEEN 0 AND 9999)",
            "FontSize INTEGER NOT NULL DEFAULT 14 CHECK (FontSize BETWEEN 1 AND 99)",
            _short("Password"),
            "PopupWidth INTEGER DEFAULT 300 CHECK (PopupWidth BETWEEN 100 AND 9999)",
            _flag("ColorByCoder", 0),
            _flag("PopupDecoration", 0),
            _flag("PopupAutoComplete", 1),
            *(_flag(f"Permission{name}", 1) for name in PERMISSIONS),
        ]
    ),
    "DOCUMENTS": ", ".join(
        [
            _ID,
            _short("Title"),
            "Text TEXT NOT NULL",
            "Coder INTEGER",
            *(_short(name, "DEFAULT ''") for name in ("Author", "Source", "Section")),
            "Notes TEXT NOT NULL DEFAULT ''",
            _short("Type", "DEFAULT ''"),
            "Date INTEGER NOT NULL",
            _to("Coder", "CODERS"),
        ]
    ),
    "STATEMENTTYPES": f"{_ID}, {_short('Label')}, {_COLOUR}",
    "VARIABLES": ", ".join(
        [
            _ID,
            _short("Variable"),
            "DataType TEXT NOT NULL DEFAULT 'short text' "
            "CHECK (DataType IN ('boolean', 'integer', 'long text', 'short text'))",
            "StatementTypeId INTEGER",
            _to("StatementTypeId", "STATEMENTTYPES"),
            "UNIQUE (Variable, StatementTypeId)",
        ]
    ),
    "VARIABLELINKS": ", ".join(
        [
            _ID,
            "SourceVariableId INTEGER",
            "TargetVariableId INTEGER",
            "CHECK (TargetVariableId != SourceVariableId)",
            _to("SourceVariableId", "VARIABLES"),
            _to("TargetVariableId", "VARIABLES"),
        ]
    ),
    "REGEXES": f"Label TEXT PRIMARY KEY CHECK (LENGTH(Label) <= {MAX_CHARS}), {_COLOUR}",
    "CODERRELATIONS": ", ".join(
        [
            _ID,
            "Coder INTEGER CHECK (Coder > 0)",
            "OtherCoder INTEGER CHECK (OtherCoder > 0)",
            *(
                _flag(name, 1)
                for name in ("viewStatements", "editStatements", "viewDocuments", "editDocuments")
            ),
            "CHECK (Coder != OtherCoder)",
            _to("Coder", "CODERS"),
            _to("OtherCoder", "CODERS"),
        ]
    ),
    "STATEMENTS": ", ".join(
        [
            _ID,
            "StatementTypeId INTEGER",
            "DocumentId INTEGER",
            "Start INTEGER NOT NULL CHECK (Start >= 0)",
            "Stop INTEGER NOT NULL CHECK (Stop >= 0)",
            "Coder INTEGER",
            "CHECK (Start < Stop)",
            _to("StatementTypeId", "STATEMENTTYPES"),
            _to("Coder", "CODERS"),
            _to("DocumentId", "DOCUMENTS"),
        ]
    ),
    "DATABOOLEAN": _data("Value INTEGER NOT NULL DEFAULT 1"),
    "DATAINTEGER": _data("Value INTEGER NOT NULL DEFAULT 0"),
    "ENTITIES": ", ".join(
        [
            "ID INTEGER PRIMARY KEY NOT NULL",
            "VariableId INTEGER NOT NULL",
            _short("Value", "DEFAULT ''"),
            _COLOUR,
            "ChildOf INTEGER CHECK (ChildOf > 0)",
            "UNIQUE (VariableId, Value)",
            _to("ChildOf", "ENTITIES"),
            _to("VariableId", "VARIABLES"),
        ]
    ),
    "DATASHORTTEXT": _data("Entity INTEGER NOT NULL"),
    "DATALONGTEXT": _data("Value TEXT DEFAULT ''"),
    "ATTRIBUTEVARIABLES": ", ".join(
        [
            "ID INTEGER PRIMARY KEY NOT NULL",
            "VariableId INTEGER NOT NULL",
            _short("AttributeVariable"),
            "UNIQUE (VariableId, AttributeVariable)",
            _to("VariableId", "VARIABLES"),
        ]
    ),
    "ATTRIBUTEVALUES": ", ".join(
        [
            "ID INTEGER PRIMARY KEY NOT NULL",
            "EntityId INTEGER NOT NULL",
            "AttributeVariableId INTEGER NOT NULL",
            _short("AttributeValue", "DEFAULT ''"),
            "UNIQUE (EntityId, AttributeVariableId)",
            _to("EntityId", "ENTITIES"),
            _to("AttributeVariableId", "ATTRIBUTEVARIABLES"),
        ]
    ),
}
