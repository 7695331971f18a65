"""Feeds in: fetch, parse, decide what is new, keep it."""
