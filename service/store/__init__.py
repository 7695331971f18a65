"""What the service remembers: documents, tags, statements, feeds, alerts, deliveries, jobs, keys."""

from service.store.engine import Store, StoreNotReady, StoreTooNew, open_store

__all__ = ["Store", "StoreNotReady", "StoreTooNew", "open_store"]
