"""Alembic migrations; `service.store.upgrade` runs them, there is no alembic.ini."""
