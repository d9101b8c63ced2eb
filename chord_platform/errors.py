"""What can go wrong in the platform, named after who must act.

Belongs here: the platform's errors. Does not belong here: a vendor's (`dlt_pipelines/errors.py`).
"""

from __future__ import annotations


class PlatformError(Exception):
    """Says what happened and the next step; never a secret."""

    def __init__(self, what: str, *, hint: str = "") -> None:
        self.what = what
        self.hint = hint
        super().__init__(f"{what} {hint}" if hint else what)


class SettingsWrong(PlatformError):
    """Whoever runs the platform must act: an environment variable or a file is wrong."""


class StoreNotMigrated(PlatformError):
    """Whoever runs the platform must act: the store's tables are missing or of another version."""


class StoreUnavailable(PlatformError):
    """Whoever runs the platform must act: the store cannot be opened."""


class SecretKeyWrong(PlatformError):
    """Whoever runs the platform must act: the key at hand does not open the sealed credentials."""


class UnknownConnection(PlatformError):
    """Whoever asked must act: there is no connection of that name."""


class ConnectionRefused(PlatformError):
    """Whoever asked must act: what was asked of a connection cannot be done as it was asked."""


class SyncSkipped(PlatformError):
    """Nobody must act, or the reason says who: the connection is paused, incomplete or busy."""


class WarehouseBusy(PlatformError):
    """Nobody must act: another writer has the warehouse; says who, and since when."""


class WarehouseError(PlatformError):
    """Whoever runs the platform must act: the warehouse's file or its disk is in the way."""


class NothingPublished(PlatformError):
    """There is no read copy yet: build the models first."""


class QueryRefused(PlatformError):
    """Whoever wrote the query must act: it is malformed, or would write."""


class ModelError(PlatformError):
    """Whoever wrote the model must act; says file and line."""


class CheckFailed(PlatformError):
    """Blocking checks failed: the build was rolled back and nothing was published."""


class PagesOutdated(PlatformError):
    """Whoever changed a connector must act: its page of documentation says something else."""


class UnknownSource(PlatformError):
    """Whoever asked must act: there is no source of that name."""


class SourceRefused(PlatformError):
    """Whoever asked must act: what was asked of a source cannot be done as it was asked."""


class UnknownDelivery(PlatformError):
    """Whoever asked must act: there is no webhook delivery of that id."""


class ProductRefused(PlatformError):
    """Whoever keeps the product must act: the vendor refused what was to be written, and why."""


class UnknownProduct(PlatformError):
    """Whoever asked must act: what was given does not name a product of either side."""


class UnknownTenant(PlatformError):
    """Whoever asked must act: there is no tenant of that name."""


class TenantRefused(PlatformError):
    """Whoever wrote the tenant's options must act; says which option, and what it may be."""


class InboxFull(PlatformError):
    """Nobody must act: more events arrive than the disk takes; their senders try again."""


class InboxUnavailable(PlatformError):
    """Whoever runs the platform must act: the disk of the event inbox is full or failing."""


class UnknownPlan(PlatformError):
    """Whoever asked must act: there is no tracking plan of that name."""


class PlanRefused(PlatformError):
    """Whoever wrote the tracking plan must act; says file, place and reason."""


class UnknownDestination(PlatformError):
    """Whoever asked must act: there is no destination of that name."""


class DestinationRefused(PlatformError):
    """Whoever asked must act: what was asked of a destination cannot be done as it was asked."""


class DestinationBusy(PlatformError):
    """Nobody must act: another process forwards to it at this moment."""


class ProductsFailed(PlatformError):
    """Whoever asked must act: some products did not sync; each says why."""
