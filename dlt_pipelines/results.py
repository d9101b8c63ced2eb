"""What a sync did, in numbers.

Belongs here: the values that a sync reports. Does not belong here: how they come about.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class TableResult:
    """What one sync did to one table of one connection; all numbers are rows.

    total     of this connection after the load
    counted   of them, those created before the reconciled time (all, where no such column is)
    """

    received: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    total: int = 0
    counted: int = 0
    duplicate_keys: int = 0
    null_keys: int = 0

    @property
    def unchanged(self) -> int:
        return max(self.received - self.inserted - self.updated, 0)

    def add(self, other: TableResult) -> None:
        """A later package of the same sync."""
        self.received += other.received
        self.inserted += other.inserted
        self.updated += other.updated
        self.deleted += other.deleted
        self.total, self.counted = other.total, other.counted
        self.duplicate_keys, self.null_keys = other.duplicate_keys, other.null_keys


@dataclass
class SyncResult:
    """seconds, waited_seconds, lock_seconds: wall time; reconciliation: (ours, the vendor's).

    forgotten  tables whose vendor drops rows without telling: more of them here is no fault
    """

    connection_id: str
    tables: dict[str, TableResult] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    bytes: int = 0
    api_requests: int = 0
    waited_seconds: float = 0.0
    lock_seconds: float = 0.0
    schema_changes: list[str] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reconciliation: dict[str, tuple[int, int]] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()
    cursors: dict[str, str] = field(default_factory=dict)
