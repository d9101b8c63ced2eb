"""What a question to Shopify consists of: streams, and what stands inside their records.

Belongs here: the vocabulary of `queries.py` and `order_queries.py`.
Does not belong here: any field of Shopify's beyond money and addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

API_VERSION = "2026-10"

MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
ADDRESS = "{ name city province provinceCode country countryCodeV2 zip }"


@dataclass(frozen=True, kw_only=True)
class Children:
    """A connection inside a record, whose nodes are rows of a table of their own.

    on         the record's type, for further pages by `node(id)`
    first      how many come with the record; the rest comes by further pages
    within     where the connection stands; `...` is replaced by it
    filtered   only what changed in the window is asked for
    parent_id  column that takes the record's id; None: the column is found in the child
    table      None: only the children of these children are wanted
    or_types   further types that the nodes may be of
    children   connections inside the nodes (one more level, which is as deep as bulk goes)
    above      of such an inner connection: the field in whose nodes it stands
    """

    field: str
    table: str | None
    type: str
    or_types: tuple[str, ...] = ()
    on: str
    fields: str
    parent_id: str | None
    first: int
    arguments: str = ""
    within: tuple[str, ...] = ()
    types_within: tuple[str, ...] = ()
    filtered: bool = False
    children: tuple[Children, ...] = ()
    above: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A plain list inside a record, whose items are rows of a table of their own."""

    field: str
    table: str
    fields: str
    parent_id: str


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One paged or bulk question.

    table     None: only the children are wanted
    filter    search term of the window; None: the stream is read whole
    only      a further search term
    sort      sort key of the window's term, if Shopify has one (never used in bulk)
    newest_first  read against the sort, until what is older than the window: for what can be
              sorted by its change and not filtered by it
    is_small  a few records that come whole each time: handed on when one of them changed
    scopes    any one of them opens the stream
    count     the query that counts the window's records
    points    query cost of one record as measured on the emulated store, until the shop's own
              answers say better
    """

    table: str | None
    root: str
    type: str
    fields: str
    scopes: tuple[str, ...]
    points: int
    arguments: str = ""
    filter: str | None = "updated_at"
    only: str = ""
    sort: str | None = None
    newest_first: bool = False
    is_small: bool = False
    count: str | None = None
    bulk: bool = True
    children: tuple[Children, ...] = ()
    parts: tuple[Parts, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        own = (self.table, *(each.table for each in self.descendants))
        named = tuple(table for table in own if table)
        return named + tuple(each.table for each in self.parts)

    @property
    def descendants(self) -> tuple[Children, ...]:
        """Children and their children, each after its holder."""
        return tuple(each for children in self.children for each in (children, *children.children))
