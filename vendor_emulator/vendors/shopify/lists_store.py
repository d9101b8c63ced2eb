"""The searchable lists of subscription contracts, disputes, companies, markets, price lists, texts.

Belongs here: their filters and sort keys as the vendor documents them. Does not belong here: the
other lists (`lists.py`), the search syntax (`search.py`), paging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vendor_emulator.vendors.shopify.around_store import Text
from vendor_emulator.vendors.shopify.listing import Key, Listing, at, by, id_of
from vendor_emulator.vendors.shopify.search import Filter
from vendor_emulator.vendors.shopify.things import legacy_id
from vendor_emulator.vendors.shopify.world import World


def stored(type_name: str) -> Callable[[World], Iterable[Any]]:
    return lambda world: world.store[type_name]


def published_states(t: Text) -> tuple[str, ...]:
    return ("any", "published", "visible") if t.is_published else ("any", "unpublished", "hidden")


def text_filters(type_name: str) -> dict[str, Filter]:
    return {
        "default": by("string", lambda t: t.title),
        "id": id_of(type_name),
        "created_at": at("created_at"),
        "updated_at": at("updated_at"),
        "handle": by("string", lambda t: t.handle),
        "title": by("string", lambda t: t.title),
    }


PUBLISHED: dict[str, Filter] = {
    "published_at": at("published_at"),
    "published_status": by("string", published_states),
}
TEXT_SORTS: dict[str, Key] = {
    "ID": lambda t: t.id,
    "PUBLISHED_AT": lambda t: t.published_at,
    "TITLE": lambda t: t.title,
    "UPDATED_AT": lambda t: t.updated_at,
}

CONTRACTS = Listing(
    "SubscriptionContract",
    stored("SubscriptionContract"),
    {
        "id": id_of("SubscriptionContract"),
        "created_at": at("created_at"),
        "updated_at": at("updated_at"),
        "status": by("string", lambda t: t.status.lower()),
        "customer_id": id_of("Customer", lambda t: t.subscription.customer_id),
        "product_id": id_of("Product", lambda t: t.line.product_id),
        "product_variant_id": id_of("ProductVariant", lambda t: t.line.variant_id),
    },
    {
        "CREATED_AT": lambda t: t.created_at,
        "ID": lambda t: t.id,
        "STATUS": lambda t: t.status,
        "UPDATED_AT": lambda t: t.updated_at,
    },
)

ATTEMPTS = Listing(
    "SubscriptionBillingAttempt",
    stored("SubscriptionBillingAttempt"),
    {
        "id": id_of("SubscriptionBillingAttempt"),
        "created_at": at("created_at"),
        "error_code": by("string", lambda t: "unexpected_error" if t.failed else None),
        "error_message": by("string", lambda t: t.state.error or None),
    },
    {"CREATED_AT": lambda t: t.created_at, "ID": lambda t: t.id},
)

DISPUTES = Listing(
    "ShopifyPaymentsDispute",
    stored("ShopifyPaymentsDispute"),
    {
        "id": id_of("ShopifyPaymentsDispute"),
        "initiated_at": at("initiated_at"),
        "status": by("string", lambda t: t.status.lower()),
    },
    {"ID": lambda t: t.id},
)

COMPANIES = Listing(
    "Company",
    stored("Company"),
    {
        "default": by("string", lambda t: t.name),
        "id": id_of("Company"),
        "created_at": at("since"),
        "since_date": at("since"),
        "updated_at": at("updated_at"),
        "active_customers_count": by("number", lambda t: len(t.people)),
    },
    {
        "ID": lambda t: t.id,
        "NAME": lambda t: t.name,
        "CREATED_AT": lambda t: t.since,
        "SINCE_DATE": lambda t: t.since,
        "UPDATED_AT": lambda t: t.updated_at,
        "ORDER_COUNT": lambda t: t.id,
        "TOTAL_SPENT": lambda t: t.id,
    },
)

MARKETS = Listing(
    "Market",
    stored("Market"),
    {
        "default": by("string", lambda t: t.name),
        "id": id_of("Market"),
        "market_type": by("string", lambda t: t.kind.lower()),
        "market_condition_types": by("string", lambda t: t.kind.lower()),
        "status": by("string", lambda t: "active" if t.is_active else "draft"),
    },
    {
        "NAME": lambda t: t.name,
        "ID": lambda t: t.id,
        "CREATED_AT": lambda t: t.created_at,
        "UPDATED_AT": lambda t: t.updated_at,
        "MARKET_TYPE": lambda t: t.kind,
        "MARKET_CONDITION_TYPES": lambda t: t.kind,
        "STATUS": lambda t: t.is_active,
    },
)

STORE_LISTINGS: dict[str, Listing] = {
    "subscriptionContracts": CONTRACTS,
    "subscriptionBillingAttempts": ATTEMPTS,
    "disputes": DISPUTES,
    "companies": COMPANIES,
    "markets": MARKETS,
    "priceLists": Listing(
        "PriceList", stored("PriceList"), {}, {"ID": lambda t: t.id, "NAME": lambda t: t.name}
    ),
    "pages": Listing("Page", stored("Page"), {**text_filters("Page"), **PUBLISHED}, TEXT_SORTS),
    "blogs": Listing(
        "Blog",
        stored("Blog"),
        text_filters("Blog"),
        {"ID": lambda t: t.id, "HANDLE": lambda t: t.handle, "TITLE": lambda t: t.title},
    ),
    "articles": Listing(
        "Article",
        stored("Article"),
        {
            **text_filters("Article"),
            **PUBLISHED,
            "author": by("string", lambda t: t.author),
            "blog_id": by("string", lambda t: legacy_id("Blog", t.blog_id)),
            "tag": by("string", lambda t: ("making",)),
        },
        {
            **TEXT_SORTS,
            "AUTHOR": lambda t: t.author,
            "BLOG_TITLE": lambda t: t.blog_id,
        },
    ),
}
