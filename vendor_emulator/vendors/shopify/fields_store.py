"""How subscription contracts, disputes, companies, markets, price lists and a store's texts look in
the Admin API.

Belongs here: each field of those types. Does not belong here: what of the business becomes one of
them (`around_store.py`), filters and sort keys (`lists_store.py`), access.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from vendor_emulator.business import ZERO
from vendor_emulator.vendors.shopify.around_store import (
    Catalog,
    Company,
    Contact,
    Contract,
    ContractLine,
    Dispute,
    PriceList,
    Text,
)
from vendor_emulator.vendors.shopify.charges import AttemptError
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.things import Money, gid, legacy_id

TAGS = re.compile(r"<[^>]+>")
CURRENCIES = {"USD": "US Dollar", "CAD": "Canadian Dollar"}
REASONS = (("FRAUDULENT", "10.4"), ("PRODUCT_NOT_RECEIVED", "13.1"))


def next_billing(t: Contract, s: Any) -> datetime | None:
    day = t.subscription.next_on
    return None if day is None else datetime.combine(day, time(10), UTC)


def contract_line_id(t: ContractLine, s: Any) -> str:
    """A UUID, unlike other ids."""
    return f"gid://shopify/SubscriptionLine/{UUID(int=t.contract.id * 2**64 + 7)}"


CONTRACT: Fields = {
    "id": lambda t, s: gid("SubscriptionContract", t.id),
    "revisionId": lambda t, s: str(len(t.subscription.order_ids)),
    "status": lambda t, s: t.status,
    "createdAt": lambda t, s: t.created_at,
    "updatedAt": lambda t, s: t.updated_at,
    "nextBillingDate": next_billing,
    "currencyCode": lambda t, s: "USD",
    "note": lambda t, s: None,
    "lastPaymentStatus": lambda t, s: "SUCCEEDED",
    "lastBillingAttemptErrorType": lambda t, s: None,
    "customAttributes": lambda t, s: (),
    "deliveryPrice": lambda t, s: Money(ZERO, "USD"),
    "billingPolicy": lambda t, s: t,
    "deliveryPolicy": lambda t, s: t,
    "customer": lambda t, s: s.world.customer(t.subscription.customer_id),
    "originOrder": lambda t, s: s.world.orders.get(t.subscription.order_ids[0]),
    "lines": lambda t, s: [ContractLine(t)],
}
POLICY: Fields = {
    "interval": lambda t, s: "MONTH",
    "intervalCount": lambda t, s: t.subscription.interval_months,
    "minCycles": lambda t, s: None,
    "maxCycles": lambda t, s: None,
}
CONTRACT_LINE: Fields = {
    "id": contract_line_id,
    "title": lambda t, s: t.contract.line.title,
    "variantTitle": lambda t, s: t.contract.line.variant_title or None,
    "sku": lambda t, s: t.contract.line.sku,
    "quantity": lambda t, s: t.contract.subscription.quantity,
    "productId": lambda t, s: gid("Product", t.contract.line.product_id),
    "variantId": lambda t, s: gid("ProductVariant", t.contract.line.variant_id),
    "currentPrice": lambda t, s: Money(t.contract.line.unit_price, "USD"),
    "lineDiscountedPrice": lambda t, s: Money(
        t.contract.line.unit_price * t.contract.subscription.quantity, "USD"
    ),
    "sellingPlanId": lambda t, s: gid("SellingPlan", t.contract.subscription.interval_months),
    "sellingPlanName": lambda t, s: f"Every {t.contract.subscription.interval_months} months",
    "requiresShipping": lambda t, s: t.contract.line.requires_shipping,
    "taxable": lambda t, s: True,
    "customAttributes": lambda t, s: (),
}


def reason(t: Dispute, s: Any) -> tuple[str, str]:
    return REASONS[t.id % len(REASONS)]


DISPUTE: Fields = {
    "id": lambda t, s: gid("ShopifyPaymentsDispute", t.id),
    "legacyResourceId": lambda t, s: legacy_id("ShopifyPaymentsDispute", t.id),
    "status": lambda t, s: t.status,
    "type": lambda t, s: "CHARGEBACK" if t.id % 4 else "INQUIRY",
    "amount": lambda t, s: Money(t.amount, t.currency),
    "initiatedAt": lambda t, s: t.initiated_at,
    "evidenceDueBy": lambda t, s: None,
    "evidenceSentOn": lambda t, s: t.answered_at,
    "finalizedOn": lambda t, s: t.decided_at,
    "reasonDetails": reason,
    # It outlives its order.
    "order": lambda t, s: s.world.orders.get(t.order_id),
}


def contacts(t: Company, s: Any) -> list[Contact]:
    """A customer who is deleted is no contact any more."""
    return [one for one in t.contacts if s.world.customer(one.customer_id)]


COMPANY: Fields = {
    "id": lambda t, s: gid("Company", t.id),
    "defaultCursor": lambda t, s: legacy_id("Company", t.id),
    "name": lambda t, s: t.name,
    "externalId": lambda t, s: f"ERP-{t.id:04}",
    "note": lambda t, s: None,
    "createdAt": lambda t, s: t.since,
    "updatedAt": lambda t, s: t.updated_at,
    "customerSince": lambda t, s: t.since,
    "mainContact": lambda t, s: next(iter(contacts(t, s)), None),
    "contacts": contacts,
    "locations": lambda t, s: t.locations,
}
CONTACT: Fields = {
    "id": lambda t, s: gid("CompanyContact", t.number),
    "title": lambda t, s: "Buyer" if t.place == 0 else None,
    "locale": lambda t, s: "en",
    "isMainContact": lambda t, s: t == next(iter(contacts(t.company, s)), None),
    "createdAt": lambda t, s: t.company.since,
    "updatedAt": lambda t, s: t.company.since,
    "company": lambda t, s: t.company,
    "customer": lambda t, s: s.world.customer(t.customer_id),
}
SITE: Fields = {
    "id": lambda t, s: gid("CompanyLocation", t.number),
    "defaultCursor": lambda t, s: legacy_id("CompanyLocation", t.number),
    "name": lambda t, s: f"{t.company.name}, {t.address.city}",
    "externalId": lambda t, s: None,
    "note": lambda t, s: None,
    "phone": lambda t, s: t.address.phone,
    "locale": lambda t, s: "en",
    "currency": lambda t, s: "USD",
    "createdAt": lambda t, s: t.company.since,
    "updatedAt": lambda t, s: t.company.since,
    "company": lambda t, s: t.company,
    "billingAddress": lambda t, s: t if t.place == 0 else None,
    "shippingAddress": lambda t, s: t,
}
SITE_ADDRESS: Fields = {
    "id": lambda t, s: gid("CompanyAddress", t.number),
    "companyName": lambda t, s: t.company.name,
    "firstName": lambda t, s: t.address.first_name or None,
    "lastName": lambda t, s: t.address.last_name or None,
    "address1": lambda t, s: t.address.address1,
    "address2": lambda t, s: t.address.address2,
    "city": lambda t, s: t.address.city,
    "province": lambda t, s: t.address.province,
    "zoneCode": lambda t, s: t.address.province_code,
    "country": lambda t, s: t.address.country,
    "countryCode": lambda t, s: t.address.country_code,
    "zip": lambda t, s: t.address.zip,
    "phone": lambda t, s: t.address.phone,
    "createdAt": lambda t, s: t.company.since,
    "updatedAt": lambda t, s: t.company.since,
}
MARKET: Fields = {
    "id": lambda t, s: gid("Market", t.id),
    "name": lambda t, s: t.name,
    "handle": lambda t, s: t.handle,
    "status": lambda t, s: "ACTIVE" if t.is_active else "DRAFT",
    "type": lambda t, s: t.kind,
    "conditions": lambda t, s: t,
    "currencySettings": lambda t, s: t,
    "priceInclusions": lambda t, s: t,
}


def catalog(t: PriceList, s: Any) -> Catalog:
    return Catalog(t)


CATALOG: Fields = {
    "id": lambda t, s: gid("MarketCatalog", t.prices.id),
    "title": lambda t, s: t.prices.name,
    "status": lambda t, s: "ACTIVE",
    "priceList": lambda t, s: t.prices,
}


def plain(t: Text, s: Any) -> str:
    return TAGS.sub("", t.body)


TEXT: Fields = {
    "id": lambda t, s: gid(t.type_name, t.id),
    "defaultCursor": lambda t, s: legacy_id(t.type_name, t.id),
    "title": lambda t, s: t.title,
    "handle": lambda t, s: t.handle,
    "body": lambda t, s: t.body,
    "isPublished": lambda t, s: t.is_published,
    "publishedAt": lambda t, s: t.published_at,
    "templateSuffix": lambda t, s: None,
    "createdAt": lambda t, s: t.created_at,
    "updatedAt": lambda t, s: t.updated_at,
}

ATTEMPT: Fields = {
    "id": lambda t, s: gid("SubscriptionBillingAttempt", t.id),
    "idempotencyKey": lambda t, s: t.key,
    "createdAt": lambda t, s: t.created_at,
    "completedAt": lambda t, s: t.completed_at,
    "state": lambda t, s: t.state,
    "subscriptionContract": lambda t, s: t.contract,
}

TYPES: dict[str, Fields] = {
    "SubscriptionBillingAttempt": ATTEMPT,
    "SubscriptionBillingAttemptFailedState": {"error": lambda t, s: AttemptError(t.error)},
    "SubscriptionBillingAttemptSuccessState": {"order": lambda t, s: t.order},
    "SubscriptionBillingAttemptUnexpectedError": {"message": lambda t, s: t.message},
    "SubscriptionContract": CONTRACT,
    "SubscriptionBillingPolicy": POLICY,
    "SubscriptionDeliveryPolicy": POLICY,
    "SubscriptionLine": CONTRACT_LINE,
    "ShopifyPaymentsDispute": DISPUTE,
    "ShopifyPaymentsDisputeReasonDetails": {
        "reason": lambda t, s: t[0],
        "networkReasonCode": lambda t, s: t[1],
    },
    "Company": COMPANY,
    "CompanyContact": CONTACT,
    "CompanyLocation": SITE,
    "CompanyAddress": SITE_ADDRESS,
    "Market": MARKET,
    "MarketConditions": {"conditionTypes": lambda t, s: [t.kind]},
    "MarketCurrencySettings": {
        "localCurrencies": lambda t, s: False,
        "roundingEnabled": lambda t, s: True,
        "baseCurrency": lambda t, s: t,
    },
    "CurrencySetting": {
        "currencyCode": lambda t, s: t.currency,
        "currencyName": lambda t, s: CURRENCIES[t.currency],
        "enabled": lambda t, s: True,
        "manualRate": lambda t, s: None,
        "rateUpdatedAt": lambda t, s: s.now,
    },
    "MarketPriceInclusions": {
        "inclusiveDutiesPricingStrategy": lambda t, s: "ADD_DUTIES_AT_CHECKOUT",
        "inclusiveTaxPricingStrategy": lambda t, s: "ADD_TAXES_AT_CHECKOUT",
    },
    "PriceList": {
        "id": lambda t, s: gid("PriceList", t.id),
        "name": lambda t, s: t.name,
        "currency": lambda t, s: t.currency,
        "fixedPricesCount": lambda t, s: 0,
        "parent": lambda t, s: t,
        "catalog": catalog,
    },
    "PriceListParent": {"adjustment": lambda t, s: t, "settings": lambda t, s: t},
    "PriceListAdjustment": {
        "type": lambda t, s: "PERCENTAGE_INCREASE",
        "value": lambda t, s: t.percent,
    },
    "PriceListAdjustmentSettings": {"compareAtMode": lambda t, s: "ADJUSTED"},
    "MarketCatalog": CATALOG,
    "Page": {**TEXT, "bodySummary": plain},
    "Blog": {
        **TEXT,
        "commentPolicy": lambda t, s: "MODERATED",
        "tags": lambda t, s: (),
        "articles": lambda t, s: [one for one in s.world.store["Article"] if one.blog_id == t.id],
    },
    "Article": {
        **TEXT,
        "summary": plain,
        "tags": lambda t, s: ("making",),
        "author": lambda t, s: t,
        "blog": lambda t, s: s.world.store["Blog"].get(t.blog_id),
    },
    "ArticleAuthor": {"name": lambda t, s: t.author},
}
