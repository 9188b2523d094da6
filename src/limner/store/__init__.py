"""Where runs live: the only code that speaks SQL."""

from limner.store.contract import Store, StoredRevision
from limner.store.locks import Locks
from limner.store.sqlite import SqliteStore

__all__ = ["Locks", "SqliteStore", "Store", "StoredRevision"]
