"""How customers, addresses, carts and money look in the Admin API.

Belongs here: each field of those types, from the business's values. Does not belong here: other
types (`fields_*.py`), paging, access.
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.business import ZERO, Address, Checkout, Customer
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.things import (
    FIRST_ID,
    CartLine,
    Mailing,
    Money,
    MoneyBag,
    gid,
    legacy_id,
    shown_amount,
)


def home(c: Customer, s: Any) -> Mailing | None:
    if c.default_address is None:
        return None
    number = FIRST_ID["MailingAddress"] + 4_000_000_000_000 + c.id
    return Mailing(
        c.default_address, f"gid://shopify/MailingAddress/{number}?model_name=CustomerAddress"
    )


def full_name(c: Customer, s: Any) -> str:
    name = f"{c.first_name or ''} {c.last_name or ''}".strip()
    return name or c.email or c.phone or str(FIRST_ID["Customer"] + c.id)


def newest_order(c: Customer, s: Any) -> Any:
    return max(s.world.orders_of(c.id), key=lambda order: order.created_at, default=None)


CUSTOMER: Fields = {
    "id": lambda c, s: gid("Customer", c.id),
    "legacyResourceId": lambda c, s: legacy_id("Customer", c.id),
    "firstName": lambda c, s: c.first_name,
    "lastName": lambda c, s: c.last_name,
    "displayName": full_name,
    "email": lambda c, s: c.email,
    "phone": lambda c, s: c.phone,
    "createdAt": lambda c, s: c.created_at,
    "updatedAt": lambda c, s: c.updated_at,
    "state": lambda c, s: c.state.upper(),
    "tags": lambda c, s: c.tags,
    "note": lambda c, s: c.note,
    "locale": lambda c, s: c.locale,
    "numberOfOrders": lambda c, s: str(s.world.spend(c.id)[0]),
    "amountSpent": lambda c, s: Money(s.world.spend(c.id)[1], "USD"),
    "verifiedEmail": lambda c, s: c.is_verified,
    "taxExempt": lambda c, s: False,
    "lifetimeDuration": lambda c, s: f"{(s.now - c.created_at).days} days",
    "dataSaleOptOut": lambda c, s: False,
    "canDelete": lambda c, s: not s.world.orders_of(c.id),
    "multipassIdentifier": lambda c, s: None,
    "productSubscriberStatus": lambda c, s: "NEVER_SUBSCRIBED",
    "defaultEmailAddress": lambda c, s: c if c.email else None,
    "defaultPhoneNumber": lambda c, s: c if c.phone else None,
    "defaultAddress": home,
    "addressesV2": lambda c, s: [one for one in [home(c, s)] if one],
    "orders": lambda c, s, **_: s.world.orders_of(c.id),
    "lastOrder": newest_order,
}

EMAIL: Fields = {
    "emailAddress": lambda c, s: c.email,
    "marketingState": lambda c, s: "SUBSCRIBED" if c.accepts_marketing else "NOT_SUBSCRIBED",
    "marketingOptInLevel": lambda c, s: "SINGLE_OPT_IN" if c.accepts_marketing else None,
    "marketingUpdatedAt": lambda c, s: c.created_at if c.accepts_marketing else None,
    "openTrackingLevel": lambda c, s: "UNKNOWN",
    "validFormat": lambda c, s: True,
}


def formatted(a: Address, *, name: bool) -> list[str]:
    city = ", ".join(part for part in (a.city, a.province_code, a.zip) if part)
    lines = [a.name if name else None, a.address1, a.address2, city, a.country]
    return [line for line in lines if line]


MAILING_ADDRESS: Fields = {
    "id": lambda t, s: t.id,
    "firstName": lambda t, s: t.address.first_name or None,
    "lastName": lambda t, s: t.address.last_name or None,
    "name": lambda t, s: t.address.name or None,
    "company": lambda t, s: t.address.company,
    "address1": lambda t, s: t.address.address1,
    "address2": lambda t, s: t.address.address2,
    "city": lambda t, s: t.address.city,
    "province": lambda t, s: t.address.province,
    "provinceCode": lambda t, s: t.address.province_code,
    "country": lambda t, s: t.address.country,
    "countryCodeV2": lambda t, s: t.address.country_code,
    "zip": lambda t, s: t.address.zip,
    "phone": lambda t, s: t.address.phone,
    "coordinatesValidated": lambda t, s: False,
    "formatted": lambda t, s, withName=False, **_: formatted(t.address, name=withName),
    "formattedArea": lambda t, s: f"{t.address.city}, {t.address.country}",
    "latitude": lambda t, s: None,
    "longitude": lambda t, s: None,
    "timeZone": lambda t, s: None,
}

PLACE: Fields = {
    "address1": lambda a, s: a.address1,
    "address2": lambda a, s: a.address2,
    "city": lambda a, s: a.city,
    "country": lambda a, s: a.country,
    "countryCode": lambda a, s: a.country_code,
    "formatted": lambda a, s: formatted(a, name=False),
    "phone": lambda a, s: a.phone,
    "province": lambda a, s: a.province,
    "provinceCode": lambda a, s: a.province_code,
    "zip": lambda a, s: a.zip,
}


def cart_bag(checkout: Checkout, amount: Any) -> MoneyBag:
    money = Money(amount, checkout.currency)
    return MoneyBag(money, money)


def cart_address(k: Checkout, s: Any) -> Mailing | None:
    if k.shipping_address is None:
        return None
    number = FIRST_ID["MailingAddress"] + 6_000_000_000_000 + k.id
    return Mailing(k.shipping_address, f"gid://shopify/MailingAddress/{number}?model_name=Address")


CHECKOUT: Fields = {
    "id": lambda k, s: gid("AbandonedCheckout", k.id),
    "defaultCursor": lambda k, s: legacy_id("AbandonedCheckout", k.id),
    "name": lambda k, s: k.name,
    "note": lambda k, s: "",
    "createdAt": lambda k, s: k.created_at,
    "updatedAt": lambda k, s: k.updated_at,
    "completedAt": lambda k, s: None,
    "abandonedCheckoutUrl": lambda k, s: k.recovery_url,
    "customer": lambda k, s: s.world.customer(k.customer_id),
    "shippingAddress": cart_address,
    "billingAddress": cart_address,
    "discountCodes": lambda k, s: (),
    "customAttributes": lambda k, s: (),
    "lineItems": lambda k, s: [CartLine(k, line) for line in k.lines],
    "subtotalPriceSet": lambda k, s: cart_bag(k, k.subtotal),
    "totalPriceSet": lambda k, s: cart_bag(k, k.total),
    "totalTaxSet": lambda k, s: cart_bag(k, k.tax_total),
    "totalDiscountSet": lambda k, s: cart_bag(k, ZERO),
    "totalLineItemsPriceSet": lambda k, s: cart_bag(k, k.subtotal),
    "totalDutiesSet": lambda k, s: None,
    "taxLines": lambda k, s: [],
    "taxesIncluded": lambda k, s: False,
}


def cart_total(t: CartLine, s: Any) -> MoneyBag:
    return cart_bag(t.checkout, t.line.unit_price * t.line.quantity)


def cart_unit(t: CartLine, s: Any) -> MoneyBag:
    return cart_bag(t.checkout, t.line.unit_price)


CART_LINE: Fields = {
    "id": lambda t, s: gid("AbandonedCheckoutLineItem", t.line.id),
    "title": lambda t, s: t.line.title,
    "variantTitle": lambda t, s: t.line.variant_title,
    "sku": lambda t, s: t.line.sku,
    "quantity": lambda t, s: t.line.quantity,
    "product": lambda t, s: s.world.product(t.line.product_id),
    "variant": lambda t, s: s.world.variant(t.line.variant_id),
    "originalUnitPriceSet": cart_unit,
    "discountedUnitPriceSet": cart_unit,
    "originalTotalPriceSet": cart_total,
    "discountedTotalPriceSet": cart_total,
    "customAttributes": lambda t, s: (),
}


TYPES: dict[str, Fields] = {
    "Customer": CUSTOMER,
    "CustomerEmailAddress": EMAIL,
    "CustomerPhoneNumber": {"phoneNumber": lambda c, s: c.phone},
    "MailingAddress": MAILING_ADDRESS,
    "LocationAddress": PLACE,
    "AbandonedCheckout": CHECKOUT,
    "AbandonedCheckoutLineItem": CART_LINE,
    "Attribute": {"key": lambda t, s: t[0], "value": lambda t, s: t[1]},
    "MoneyBag": {"shopMoney": lambda t, s: t.shop, "presentmentMoney": lambda t, s: t.shown},
    "MoneyV2": {
        "amount": lambda t, s: shown_amount(t.amount),
        "currencyCode": lambda t, s: t.currency,
    },
    "Count": {
        "count": lambda t, s: t.found,
        "precision": lambda t, s: "EXACT" if t.is_exact else "AT_LEAST",
    },
}
