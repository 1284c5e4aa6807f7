"""The database: what we watched, what changed, whom we told. `Store` is all that others use."""

from monitor.store.slots import AHEAD
from monitor.store.store import Store
from monitor.store.tables import Tables, tables
from monitor.store.work import TEND, Task, line

__all__ = ["AHEAD", "TEND", "Store", "Tables", "Task", "line", "tables"]
