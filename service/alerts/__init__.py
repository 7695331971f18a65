"""Alerts out: rules over statements, and deliveries that are never silently lost."""
