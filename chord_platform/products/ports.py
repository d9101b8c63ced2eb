"""What the sync asks of an integration, whichever vendor is behind it.

Belongs here: the questions, what is opened for a tenant, what a notifier is told.
Does not belong here: HTTP, a vendor's names.

What an integration raises: `VersionConflict` when somebody wrote in between, `ProductRefused` for
what the vendor will not take, and the connectors' own errors (`dlt_pipelines.errors`) for the rest,
of which `VendorUnavailable` alone is tried again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from chord_platform.errors import PlatformError
from chord_platform.products.mutations import Mutation
from chord_platform.products.notes import Note
from chord_platform.products.options import SyncOptions
from chord_platform.products.outcome import Outcome
from chord_platform.products.sync_product import Side, SyncProduct


class VersionConflict(PlatformError):
    """Nobody must act: someone else wrote in between. Fetch again, compare again."""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """The product was deleted there, or the id never was one."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Ambiguous:
    """More than one counterpart: reported, never guessed. by: what they have in common."""

    ids: tuple[str, ...]
    by: str


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """mark: the vendor's own mark of this state, which its webhooks carry too: the product entry's
    published version in Contentful, `updatedAt` (RFC 3339 in UTC) in Shopify.
    waiting: the draft beside what is live, where the two differ."""

    product: SyncProduct
    mark: str = ""
    link: str = ""
    waiting: SyncProduct | None = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """after: the product as the vendor then answered it, from which fingerprints are taken."""

    after: Fetched | Gone
    refusals: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


class Origin(Protocol):
    @property
    def side(self) -> Side: ...

    def fetch_live(self, product_id: str) -> Fetched | Gone:
        """As the outside sees it: what an editor has not published yet stays out. The id may be
        that of a variant; the product's own is in the answer."""
        ...

    def product_ids(self) -> Iterator[str]:
        """Of all its products, for `--all` and the daily reconcile."""
        ...


class Destination(Protocol):
    @property
    def side(self) -> Side: ...

    def fetch(self, product_id: str) -> Fetched | Gone:
        """As it stands there, drafts and all: what a write starts from."""
        ...

    def find_counterpart(
        self, origin: SyncProduct, *, linked_id: str
    ) -> Fetched | Gone | Ambiguous | None:
        """By the stored link, else the variants' Shopify ids, else slug or handle, else sku.
        None: there is none, and it may be created. Gone: the linked one was deleted."""
        ...

    def apply(self, destination: Fetched | None, mutations: Sequence[Mutation]) -> Written:
        """Everything but publishing. Without a destination the first mutation creates it. A version
        conflict is raised: fetch and compare again."""
        ...

    def publish(self, destination: Fetched, mutations: Sequence[Mutation]) -> Written:
        """The publishing among the mutations, given what `apply` answered. What the vendor refuses
        stays a draft, and the refusal names the field. The ids of variants that `apply` has made
        are not in the mutations: a `CreateVariant` among them says whether they are published."""
        ...


class Integration(Origin, Destination, Protocol):
    """Contentful and Shopify can each be both."""


class Notifier(Protocol):
    def tell(self, tenant: str, outcomes: Sequence[Outcome]) -> None:
        """One message for all of them. Raises nothing: no sync fails because nobody was told."""
        ...


@dataclass(frozen=True, kw_only=True)
class OpenTenant:
    """What `Tenants.open(name)` gives: a tenant with both its sides at hand."""

    name: str
    options: SyncOptions
    contentful: Integration
    shopify: Integration
    notifier: Notifier | None = None

    def side(self, side: Side) -> Integration:
        return self.contentful if side is Side.CONTENTFUL else self.shopify
