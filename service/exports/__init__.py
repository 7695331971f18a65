"""Statements as other programs read them: tables, discourse networks, network files (docs/formats.md)."""
