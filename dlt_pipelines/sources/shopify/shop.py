"""What the streams of one run share: the client, the key's scopes, the pager, the bulk jobs.

Belongs here: opening a store, and which of its streams are looked at first. Does not belong here:
reading a stream (`readers.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dlt_pipelines.connector import ConnectionSettings, Window
from dlt_pipelines.sources.shopify.bulk import BulkJobs
from dlt_pipelines.sources.shopify.client import Client
from dlt_pipelines.sources.shopify.documents import OPENING
from dlt_pipelines.sources.shopify.first_look import look
from dlt_pipelines.sources.shopify.paged import Pager
from dlt_pipelines.sources.shopify.rows import Record
from dlt_pipelines.sources.shopify.scopes import Access
from dlt_pipelines.sources.shopify.shapes import Stream

Opened = tuple[Client, Access, Pager, BulkJobs]
SHOP = "shop"


@dataclass
class Shop:
    """What the streams of one slice share; asks for the key's scopes at the first use in a sync."""

    settings: ConnectionSettings
    streams: Mapping[str, tuple[Stream, ...]]

    def __post_init__(self) -> None:
        self.opened: Opened | None = None
        self.account: Record = {}

    def open(self) -> Opened:
        if self.opened is None:
            kept = self.settings.kept
            if SHOP not in kept:
                kept[SHOP] = self.asked()
            opened: Opened
            opened, self.account = kept[SHOP]
            _, access, pager, _ = opened
            look(pager, self.looked_at(access))
            self.opened = opened
        return self.opened

    def asked(self) -> tuple[Opened, Record]:
        report = self.settings.report
        client = Client(self.settings)
        access, account = client.account(OPENING)
        return (client, access, Pager(client, access, report), BulkJobs(client, report)), account

    def looked_at(self, access: Access) -> Iterator[tuple[Stream, Window]]:
        for table, window in self.settings.windows.items():
            for stream in self.streams.get(table, ()):
                is_by_bulk = stream.bulk and self.settings.get("extraction") == "bulk"
                is_of_changes = window.since is not None and not is_by_bulk
                is_listed = stream.is_small and not access.closed(stream.root)
                if (
                    (is_of_changes or is_listed)
                    and access.opens(stream.scopes)
                    and not window.whole
                ):
                    yield stream, window
