"""The database: what we watched, what changed, whom we told. `Store` is all that others use."""

from monitor.store.store import Store

__all__ = ["Store"]
