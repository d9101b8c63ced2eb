"""Customers, abandoned checkouts, subscription contracts and their charges, changed since a time.

Scopes   read_customers, read_orders, read_own_subscription_contracts; names and e-mails need
         protected customer data besides

Belongs here: asking, page by page. Does not belong here: orders (`order_lookup.py`), loading any of
them into the warehouse, what an event needs of them.

A shop that this key may not read for one kind says so (`FieldsDenied`); the caller goes on with the
others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.sources.shopify.client import Client
from dlt_pipelines.sources.shopify.documents import PAGE_INFO, moment
from dlt_pipelines.sources.shopify.shapes import MONEY

CUSTOMERS = f"""query CustomersChanged($terms: String!, $after: String) {{
  found: customers(first: 50, after: $after, query: $terms, sortKey: UPDATED_AT) {{ nodes {{
    id createdAt updatedAt firstName lastName
    defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }}
    defaultAddress {{ address1 city province country zip phone }}
  }} {PAGE_INFO} }}
}}"""
CHECKOUTS = f"""query CheckoutsChanged($terms: String!, $after: String) {{
  found: abandonedCheckouts(first: 2, after: $after, query: $terms, sortKey: CREATED_AT) {{ nodes {{
    id name createdAt updatedAt abandonedCheckoutUrl discountCodes customAttributes {{ key value }}
    subtotalPriceSet {MONEY} totalPriceSet {MONEY} totalTaxSet {MONEY} totalDiscountSet {MONEY}
    customer {{ id }}
    lineItems(first: 50) {{ nodes {{
      id title variantTitle sku quantity variant {{ id }} product {{ id }}
      originalUnitPriceSet {MONEY}
    }} }}
  }} {PAGE_INFO} }}
}}"""
"""There is no order by change. Two at once, because fifty lines of each cost as much as one query
may; what stands in a cart beyond that is left out."""

CONTRACTS = f"""query ContractsChanged($terms: String!, $after: String) {{
  found: subscriptionContracts(first: 100, after: $after, query: $terms, sortKey: UPDATED_AT) {{
    nodes {{
      id revisionId status createdAt updatedAt currencyCode customer {{ id }}
      billingPolicy {{ interval intervalCount }}
    }} {PAGE_INFO}
  }}
}}"""
ATTEMPTS = f"""query AttemptsMade($terms: String!, $after: String) {{
  found: subscriptionBillingAttempts(
    first: 100, after: $after, query: $terms, sortKey: CREATED_AT
  ) {{
    nodes {{
      id idempotencyKey createdAt completedAt state {{ __typename }}
      subscriptionContract {{ id customer {{ id }} }}
    }} {PAGE_INFO}
  }}
}}"""
DOCUMENTS = (CUSTOMERS, CHECKOUTS, CONTRACTS, ATTEMPTS)


class ChangeLookup:
    """Raises `FieldsDenied` where the key may not read what is asked for."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.client = Client(settings)

    def customers(self, since: datetime) -> Iterator[dict[str, Any]]:
        return self.pages(CUSTOMERS, since)

    def checkouts(self, since: datetime) -> Iterator[dict[str, Any]]:
        """Those that were left; a checkout that was bought at once is listed nowhere."""
        return self.pages(CHECKOUTS, since)

    def contracts(self, since: datetime) -> Iterator[dict[str, Any]]:
        return self.pages(CONTRACTS, since)

    def attempts(self, since: datetime) -> Iterator[dict[str, Any]]:
        """Charges of contracts that were begun since then; of changes the search knows nothing."""
        return self.pages(ATTEMPTS, since, filter="created_at")

    def pages(
        self, document: str, since: datetime, *, filter: str = "updated_at"
    ) -> Iterator[dict[str, Any]]:
        terms, after = f"{filter}:>='{moment(since)}'", None
        while True:
            page = self.client.ask(document, {"terms": terms, "after": after}).data["found"]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]
