"""Codings to and from other people's annotation tools (docs/formats.md)."""
