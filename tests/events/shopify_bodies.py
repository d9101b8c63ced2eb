"""Bodies of Shopify's webhooks, of the 2026-07 shape, as far as events are made of them."""

from __future__ import annotations

from typing import Any

CUSTOMER: dict[str, Any] = {
    "id": 115310627314723954,
    "created_at": "2026-04-30T10:00:00-05:00",
    "updated_at": "2026-05-01T05:00:00-05:00",
    "first_name": "John",
    "last_name": "Smith",
    "email": "jon@example.com",
    "phone": None,
    "default_address": {
        "address1": "123 Elm St.",
        "city": "Ottawa",
        "province": "Ontario",
        "country": "Canada",
        "zip": "K2H7A8",
        "phone": "123-123-1234",
    },
}
ATTRIBUTES = [
    {"name": "_cdpAnonymousId", "value": "anon-7"},
    {"name": "_googleClientId", "value": "111.222"},
    {"name": "_fbp", "value": "fb.1.1.2"},
    {"name": "gift note", "value": "For you"},
]
LINES: list[dict[str, Any]] = [
    {
        "id": 487817672276298554,
        "product_id": 788032119674292922,
        "variant_id": 642667041472714000,
        "variant_title": "Blue / M",
        "title": "Linen shirt",
        "sku": "SHIRT-BLUE-M",
        "vendor": "Fable",
        "price": "10.10",
        "quantity": 2,
        "total_discount": "0.00",
        "discount_allocations": [{"amount": "0.10"}],
    },
    {
        "id": 976318377106520349,
        "product_id": None,
        "variant_id": None,
        "title": "Something by hand",
        "sku": None,
        "price": "10.00",
        "quantity": 1,
    },
]
ORDER: dict[str, Any] = {
    "id": 820982911946154508,
    "name": "#1234",
    "email": "jon@example.com",
    "created_at": "2026-05-01T06:00:00-05:00",
    "processed_at": "2026-05-01T06:00:00-05:00",
    "updated_at": "2026-05-01T06:00:01-05:00",
    "currency": "EUR",
    "source_name": "web",
    "checkout_token": "123456abcd",
    "subtotal_price": "30.10",
    "total_price": "45.10",
    "total_tax": "5.00",
    "total_discounts": "0.10",
    "total_shipping_price_set": {"shop_money": {"amount": "10.00", "currency_code": "EUR"}},
    "discount_codes": [{"code": "MAY", "amount": "0.10", "type": "fixed_amount"}],
    "shipping_lines": [{"title": "Post", "code": "post", "price": "10.00"}],
    "browser_ip": "203.0.113.7",
    "client_details": {"user_agent": "Mozilla/5.0", "browser_ip": "203.0.113.7"},
    "landing_site": "https://linen.shop/?utm_source=mail",
    "referring_site": None,
    "note_attributes": ATTRIBUTES,
    "customer": CUSTOMER,
    "shipping_address": {"city": "Ottawa", "province": "Ontario", "country": "Canada", "zip": "K2"},
    "line_items": LINES,
}
REFUND: dict[str, Any] = {
    "id": 890088186047892319,
    "order_id": 820982911946154508,
    "created_at": "2026-05-01T06:30:00-05:00",
    "refund_line_items": [
        {
            "line_item_id": 487817672276298554,
            "quantity": 1,
            "subtotal": 10.05,
            "total_tax": 0.95,
            "line_item": LINES[0],
        }
    ],
    "transactions": [
        {"kind": "refund", "status": "success", "amount": "11.00", "currency": "EUR"},
        {"kind": "refund", "status": "failure", "amount": "11.00", "currency": "EUR"},
    ],
}
CHECKOUT: dict[str, Any] = {
    "token": "123123123",
    "name": "#981820079255243537",
    "created_at": "2026-05-01T05:59:00-05:00",
    "updated_at": "2026-05-01T05:59:30-05:00",
    "currency": "EUR",
    "total_price": "45.10",
    "subtotal_price": "30.10",
    "total_tax": "5.00",
    "total_discounts": "0.10",
    "note_attributes": ATTRIBUTES,
    "customer": None,
    "line_items": [
        {
            "key": "139cb5712fb4c8d9957dcfad9a3028da",
            "product_id": 788032119674292922,
            "variant_id": 642667041472714000,
            "title": "Linen shirt",
            "sku": "SHIRT-BLUE-M",
            "price": "10.10",
            "quantity": 2,
        }
    ],
}
CONTRACT: dict[str, Any] = {
    "admin_graphql_api_id": "gid://shopify/SubscriptionContract/402440842",
    "id": 402440842,
    "billing_policy": {"interval": "week", "interval_count": 4, "min_cycles": 1, "max_cycles": 2},
    "currency_code": "EUR",
    "customer_id": 115310627314723954,
    "status": "active",
    "revision_id": "7232252373",
}
FAILED_CHARGE: dict[str, Any] = {
    "id": 99,
    "idempotency_key": "charge-2026-05",
    "subscription_contract_id": 402440842,
    "ready": True,
    "error_code": "card_declined",
}
