"""The things that Shopify shows and the business has no class of its own for, and their ids.

Belongs here: small values that field functions pass on, global ids. Does not belong here: fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from vendor_emulator import business as model

# Where each type's numbers begin. Line items lie above 2^53: whoever reads ids as floating-point
# numbers finds out here and not at a customer's.
FIRST_ID = {
    "AbandonedCheckout": 38_300_000_000_000,
    "AbandonedCheckoutLineItem": 38_900_000_000_000,
    "BasicEvent": 161_000_000_000_000,
    "Article": 605_000_000_000,
    "Blog": 86_000_000_000,
    "BulkOperation": 5_600_000_000_000,
    "Collection": 290_000_000_000,
    "Company": 2_400_000_000,
    "CompanyAddress": 3_300_000_000,
    "CompanyContact": 2_600_000_000,
    "CompanyLocation": 2_800_000_000,
    "Customer": 6_100_000_000_000,
    "DiscountAutomaticNode": 1_250_000_000_000,
    "DiscountCodeNode": 1_250_000_000_000,
    "DiscountRedeemCode": 19_800_000_000_000,
    "DraftOrder": 1_130_000_000_000,
    "DraftOrderLineItem": 58_400_000_000_000,
    "ExternalVideo": 34_700_000_000_000,
    "Fulfillment": 4_800_000_000_000,
    "FulfillmentLineItem": 11_800_000_000_000,
    "FulfillmentOrder": 6_400_000_000_000,
    "FulfillmentOrderLineItem": 14_100_000_000_000,
    "GiftCard": 610_000_000_000,
    "ImageSource": 35_300_000_000_000,
    "InventoryItem": 43_500_000_000_000,
    "InventoryLevel": 110_000_000_000,
    "LineItem": 9_100_000_000_000_000,
    "Location": 66_000_000_000,
    "MailingAddress": 7_700_000_000_000,
    "Market": 22_000_000_000,
    "MarketCatalog": 34_000_000_000,
    "MediaImage": 34_100_000_000_000,
    "Metafield": 21_000_000_000_000,
    "Model3d": 34_900_000_000_000,
    "Order": 5_300_000_000_000,
    "OrderTransaction": 6_700_000_000_000,
    "Page": 109_000_000_000,
    "PriceList": 18_500_000_000,
    "Product": 7_200_000_000_000,
    "ProductOption": 9_200_000_000_000,
    "ProductOptionValue": 1_900_000_000_000,
    "Publication": 150_000_000_000,
    "ProductVariant": 41_400_000_000_000,
    "Refund": 880_000_000_000,
    "RefundLineItem": 510_000_000_000,
    "Return": 18_000_000_000,
    "ReturnLineItem": 19_500_000_000,
    "ReturnReasonDefinition": 70_000_000,
    "SellingPlan": 1_700_000_000,
    "ShippingLine": 4_400_000_000_000,
    "Shop": 57_000_000_000,
    "ShopifyPaymentsDispute": 9_800_000_000,
    "SubscriptionBillingAttempt": 23_100_000_000,
    "SubscriptionContract": 12_400_000_000,
    "TenderTransaction": 7_900_000_000_000,
    "UnverifiedReturnLineItem": 2_100_000_000,
    "Video": 34_500_000_000_000,
}
SUBJECTS = {
    "product": "PRODUCT",
    "variant": "PRODUCT_VARIANT",
    "collection": "COLLECTION",
    "customer": "CUSTOMER",
    "order": "ORDER",
}
TYPE_NAMES = {
    "product": "Product",
    "variant": "ProductVariant",
    "collection": "Collection",
    "customer": "Customer",
    "order": "Order",
}
GLOBAL_ID = re.compile(r"gid://shopify/(?P<type>[A-Za-z]+)/(?P<number>\d+)(?:\?.*)?")


def gid(type_name: str, number: int) -> str:
    return f"gid://shopify/{type_name}/{FIRST_ID[type_name] + number}"


def legacy_id(type_name: str, number: int) -> str:
    """As text: the vendor's 64-bit numbers travel as strings."""
    return str(FIRST_ID[type_name] + number)


def own_number(global_id: str) -> tuple[str, int] | None:
    """The type and the business's own number behind a global id; None for anything else."""
    match = GLOBAL_ID.fullmatch(global_id)
    if match is None or match["type"] not in FIRST_ID:
        return None
    return match["type"], int(match["number"]) - FIRST_ID[match["type"]]


class Money(NamedTuple):
    amount: Decimal
    currency: str


class MoneyBag(NamedTuple):
    shop: Money
    shown: Money


class Item(NamedTuple):
    """A variant seen as what lies on the shelf."""

    variant: model.Variant


class Quantity(NamedTuple):
    level: model.InventoryLevel
    name: str
    quantity: int


class Option(NamedTuple):
    product: model.Product
    position: int


class OptionValue(NamedTuple):
    product: model.Product
    option: str
    place: int
    name: str


class LineItem(NamedTuple):
    order: model.Order
    line: model.OrderLine


class Payment(NamedTuple):
    order: model.Order
    transaction: model.Transaction


class Return(NamedTuple):
    order: model.Order
    refund: model.Refund


class ReturnLine(NamedTuple):
    order: model.Order
    refund: model.Refund
    line: model.RefundLine


class Parcel(NamedTuple):
    order: model.Order
    fulfillment: model.Fulfillment


class ParcelLine(NamedTuple):
    parcel: Parcel
    place: int
    line_id: int
    quantity: int


class Shipping(NamedTuple):
    order: model.Order


class TaxLine(NamedTuple):
    title: str
    rate: Decimal
    price: MoneyBag


class CartLine(NamedTuple):
    checkout: model.Checkout
    line: model.CheckoutLine


class Mailing(NamedTuple):
    """`id` differs per owner, as at the vendor: an order's address is a copy of its own."""

    address: model.Address
    id: str


class RedeemCode(NamedTuple):
    discount: model.Discount


class Event(NamedTuple):
    id: int
    action: str
    subject_type: str
    subject_gid: str
    message: str
    at: datetime


class Counted(NamedTuple):
    found: int
    is_exact: bool


class UserError(NamedTuple):
    field: tuple[str, ...] | None
    message: str
    code: str | None = None


class Granted(NamedTuple):
    handle: str


THE_SHOP = object()
INSTALLATION = object()
APP = object()


TYPE_OF: dict[type, str] = {
    model.Order: "Order",
    model.Product: "Product",
    model.Variant: "ProductVariant",
    model.Customer: "Customer",
    model.Collection: "Collection",
    model.Location: "Location",
    model.InventoryLevel: "InventoryLevel",
    model.Discount: "DiscountNode",
    model.Checkout: "AbandonedCheckout",
    model.Metafield: "Metafield",
    Item: "InventoryItem",
    Quantity: "InventoryQuantity",
    Option: "ProductOption",
    OptionValue: "ProductOptionValue",
    LineItem: "LineItem",
    Payment: "OrderTransaction",
    Return: "Refund",
    ReturnLine: "RefundLineItem",
    Parcel: "Fulfillment",
    ParcelLine: "FulfillmentLineItem",
    CartLine: "AbandonedCheckoutLineItem",
    Mailing: "MailingAddress",
    Event: "BasicEvent",
}


def type_of(abstract: str, thing: Any) -> str:
    """The object type under which a thing stands where the schema names only `abstract`."""
    if abstract == "Discount":
        kind = "FreeShipping" if thing.kind == "free_shipping" else "Basic"
        return f"Discount{'Automatic' if thing.is_automatic else 'Code'}{kind}"
    if thing is THE_SHOP:
        return "Shop"
    return TYPE_OF.get(type(thing)) or thing.type_name


def shown_amount(amount: Decimal) -> str:
    """`Decimal` as the vendor writes it in money: "10.0", "10.5", "10.55"."""
    text = str(amount)
    if "." not in text:
        return f"{text}.0"
    while text.endswith("0") and not text.endswith(".0"):
        text = text[:-1]
    return text


def bag(amount: Decimal, order: model.Order) -> MoneyBag:
    money = Money(amount, order.currency)
    if order.presentment_currency == order.currency:
        return MoneyBag(money, money)
    return MoneyBag(money, Money(order.presented(amount), order.presentment_currency))


def summed(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, model.ZERO)
