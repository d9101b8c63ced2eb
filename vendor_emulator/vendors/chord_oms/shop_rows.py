"""The shop's fixed furniture as Solidus rows: countries, stores, methods, rates, promotions.

Belongs here: rows that exist before the first product. Does not belong here: what is sold or sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from vendor_emulator.business import Business
from vendor_emulator.business_people import PLACES
from vendor_emulator.vendors.chord_oms.loading import Add, columns, naive

COUNTRY_IDS = {"US": 1, "CA": 2, "GB": 3, "DE": 4, "FR": 5, "JP": 6, "NL": 7}
STATE_IDS = {
    place.province_code: number
    for number, place in enumerate((one for one in PLACES if one.province_code), start=1)
}
# Each place's tax rate is a row of its own.
TAX_RATE_IDS = {place.zip: number for number, place in enumerate(PLACES, start=1)}
CARD, PAYPAL, BANK, STORE_CREDIT = 1, 2, 3, 4
METHODS = {
    "shopify_payments": CARD,
    "paypal": PAYPAL,
    "manual": BANK,
    "gift_card": STORE_CREDIT,
}
# Discounts of the business: those without a code live in the new promotion engine.
LEGACY_ACTION, NEW_BENEFIT = "Spree::PromotionAction", "SolidusPromotions::Benefit"

COUNTRIES = columns(
    "spree_countries", "id iso_name iso iso3 name numcode states_required updated_at created_at"
)
STATES = columns("spree_states", "id name abbr country_id updated_at created_at")
STORES = columns(
    "spree_stores",
    "id name url mail_from_address default_currency code default created_at updated_at"
    " cart_tax_country_iso available_locales",
)
ZONES = columns("spree_zones", "id name description zone_members_count created_at updated_at")
ZONE_MEMBERS = columns(
    "spree_zone_members", "id zoneable_type zoneable_id zone_id created_at updated_at"
)
ROLES = columns("spree_roles", "id name created_at updated_at description")
TAX_CATEGORIES = columns(
    "spree_tax_categories", "id name is_default deleted_at created_at updated_at tax_code"
)
TAX_RATES = columns(
    "spree_tax_rates", "id amount zone_id included_in_price created_at updated_at name deleted_at"
)
RATE_CATEGORIES = columns("spree_tax_rate_tax_categories", "id tax_category_id tax_rate_id")
SHIPPING_CATEGORIES = columns("spree_shipping_categories", "id name created_at updated_at")
SHIPPING_METHODS = columns(
    "spree_shipping_methods",
    "id name deleted_at created_at updated_at tracking_url admin_name code carrier service_level",
)
PAYMENT_METHODS = columns(
    "spree_payment_methods",
    "id type name description active deleted_at created_at updated_at auto_capture preferences"
    " position",
)
ADJUSTMENT_REASONS = columns(
    "spree_adjustment_reasons", "id name code active created_at updated_at"
)
REFUND_REASONS = columns("spree_refund_reasons", "id name active mutable created_at updated_at")
RETURN_REASONS = columns("spree_return_reasons", "id name active mutable created_at updated_at")
REIMBURSEMENT_TYPES = columns(
    "spree_reimbursement_types", "id name active mutable created_at updated_at type"
)
CREDIT_CATEGORIES = columns("spree_store_credit_categories", "id name created_at updated_at")
CREDIT_TYPES = columns("spree_store_credit_types", "id name priority created_at updated_at")
CREDIT_REASONS = columns("spree_store_credit_reasons", "id name active created_at updated_at")
LOCATIONS = columns(
    "spree_stock_locations",
    "id name created_at updated_at default address1 city state_id state_name country_id zipcode"
    " active code",
)
PROMOTION_CATEGORIES = columns("spree_promotion_categories", "id name created_at updated_at code")
PROMOTIONS = columns(
    "spree_promotions",
    "id description expires_at starts_at name usage_limit advertise created_at updated_at"
    " promotion_category_id apply_automatically",
)
PROMOTION_RULES = columns(
    "spree_promotion_rules", "id promotion_id type created_at updated_at preferences"
)
PROMOTION_ACTIONS = columns(
    "spree_promotion_actions",
    "id promotion_id position type deleted_at preferences created_at updated_at",
)
PROMOTION_CODES = columns("spree_promotion_codes", "id promotion_id value created_at updated_at")
CODE_BATCHES = columns(
    "spree_promotion_code_batches",
    "id promotion_id base_code number_of_codes state created_at updated_at",
)
NEW_CATEGORIES = columns(
    "solidus_promotions_promotion_categories", "id name code created_at updated_at"
)
NEW_PROMOTIONS = columns(
    "solidus_promotions_promotions",
    "id description starts_at name apply_automatically lane customer_label created_at updated_at"
    " promotion_category_id",
)
NEW_BENEFITS = columns(
    "solidus_promotions_benefits", "id promotion_id type preferences created_at updated_at"
)


def add_shop(business: Business, add: Add) -> None:
    opened = naive(business.start - timedelta(days=500))
    _add_world(add, opened)
    add(STORES, (1, "Fable & Co", "shop.example.com", "hello@example.com", "USD", "fable", True,
                 opened, opened, "US", "en,fr"))  # fmt: skip
    add(STORES, (2, "Fable & Co Canada", "ca.example.com", "allo@example.com", "CAD", "fable-ca",
                 False, opened, None, "CA", "en,fr"))  # fmt: skip
    for number, name in enumerate(("admin", "customer service", "wholesale"), start=1):
        add(ROLES, (number, name, opened, opened, None))
    add(SHIPPING_CATEGORIES, (1, "Default", opened, None))
    add(SHIPPING_CATEGORIES, (2, "Digital", opened, None))
    url = "https://www.ups.com/track?tracknum=:tracking"
    add(
        SHIPPING_METHODS,
        (1, "Standard", None, opened, opened, url, "Standard", "STD", "UPS", "Ground"),
    )
    add(SHIPPING_METHODS, (2, "Express", None, opened, opened, url, "Express", "EXP", "UPS", "Air"))
    add(
        SHIPPING_METHODS,
        (3, "Bike courier", opened, opened, opened, None, "Bike", "BIKE", None, None),
    )
    _add_payment_methods(add, opened)
    _add_reasons(add, opened)
    for location in business.locations:
        where, at = location.address, naive(location.created_at)
        add(LOCATIONS, (location.id, location.name, at, at, location.id == 1, where.address1,
                        where.city, STATE_IDS.get(where.province_code), where.province,
                        COUNTRY_IDS[where.country_code], where.zip, location.is_active,
                        f"LOC{location.id}"))  # fmt: skip
    _add_promotions(business, add)


def _add_world(add: Add, opened: datetime) -> None:
    rows = (
        ("US", "USA", "United States", 840, True),
        ("CA", "CAN", "Canada", 124, True),
        ("GB", "GBR", "United Kingdom", 826, False),
        ("DE", "DEU", "Germany", 276, False),
        ("FR", "FRA", "France", 250, False),
        ("JP", "JPN", "Japan", 392, True),
        ("NL", "NLD", "Netherlands", 528, False),
    )
    for iso, iso3, name, number, has_states in rows:
        # Seeded reference rows: Solidus writes some of them without any time.
        at = None if iso in ("FR", "NL") else opened
        add(
            COUNTRIES, (COUNTRY_IDS[iso], name.upper(), iso, iso3, name, number, has_states, at, at)
        )
    for place in PLACES:
        if place.province_code:
            add(STATES, (STATE_IDS[place.province_code], place.province, place.province_code,
                         COUNTRY_IDS[place.country_code], None, None))  # fmt: skip
    add(ZONES, (1, "Domestic", "United States", 1, opened, opened))
    add(ZONES, (2, "Abroad", None, 5, opened, opened))
    for number in COUNTRY_IDS.values():
        zone = 1 if number == 1 else 2
        add(ZONE_MEMBERS, (number, "Spree::Country", number, zone, opened, opened))
    add(TAX_CATEGORIES, (1, "Clothing & home", True, None, opened, opened, "GEN"))
    add(TAX_CATEGORIES, (2, "Untaxed", False, None, opened, opened, None))
    add(TAX_CATEGORIES, (3, "Luxury (abolished)", False, opened, opened, opened, None))
    for place in PLACES:
        number = TAX_RATE_IDS[place.zip]
        zone = 1 if place.country_code == "US" else 2
        add(TAX_RATES, (number, place.tax_rate, zone, place.taxes_included, opened, opened,
                        place.tax_title, None))  # fmt: skip
        add(RATE_CATEGORIES, (number, 1, number))


def _add_payment_methods(add: Add, opened: datetime) -> None:
    preferences = "---\n:api_key: CANARY-gateway-{0}\n:publishable_key: CANARY-pk-{0}\n"
    rows = (
        (CARD, "SolidusStripe::PaymentMethod", "Credit card", None),
        (PAYPAL, "SolidusPaypal::PaymentMethod", "PayPal", None),
        (BANK, "Spree::PaymentMethod::Check", "Bank transfer", None),
        (STORE_CREDIT, "Spree::PaymentMethod::StoreCredit", "Store credit", None),
        (5, "Spree::PaymentMethod::BogusCreditCard", "Old test gateway", opened),
    )
    for number, kind, name, deleted_at in rows:
        add(PAYMENT_METHODS, (number, kind, name, "", deleted_at is None, deleted_at, opened,
                              opened, number != BANK, preferences.format(number),
                              number))  # fmt: skip


def _add_reasons(add: Add, opened: datetime) -> None:
    add(ADJUSTMENT_REASONS, (1, "Goodwill", "goodwill", True, opened, opened))
    for number, name in enumerate(("Return processing", "Goodwill", "Cancelled"), start=1):
        add(REFUND_REASONS, (number, name, True, number > 1, opened, opened))
    for number, name in enumerate(("Changed my mind", "Damaged", "Wrong size"), start=1):
        add(RETURN_REASONS, (number, name, True, True, opened, opened))
    kinds = ("OriginalPayment", "StoreCredit")
    for number, kind in enumerate(kinds, start=1):
        add(REIMBURSEMENT_TYPES, (number, kind, True, True, opened, opened,
                                  f"Spree::ReimbursementType::{kind}"))  # fmt: skip
    add(CREDIT_CATEGORIES, (1, "Gift card", opened, opened))
    add(CREDIT_CATEGORIES, (2, "Goodwill", opened, opened))
    add(CREDIT_TYPES, (1, "Expiring", 1, opened, opened))
    add(CREDIT_TYPES, (2, "Non-expiring", 2, opened, opened))
    add(CREDIT_REASONS, (1, "Issued in error", True, opened, opened))


def _add_promotions(business: Business, add: Add) -> None:
    first = naive(business.start - timedelta(days=30))
    add(PROMOTION_CATEGORIES, (1, "Codes", first, first, "codes"))
    add(NEW_CATEGORIES, (1, "Automatic", "automatic", first, first))
    for one in business.discounts:
        at, ends_at = naive(one.created_at), one.ends_at and naive(one.ends_at)
        starts_at = naive(one.starts_at)
        percent = one.value if one.kind == "percentage" else Decimal(0)
        preferences = f"---\n:calculator: {one.kind}\n:percent: {percent}\n"
        if one.is_automatic:
            add(NEW_PROMOTIONS, (one.id, one.title, starts_at, one.title, True, 1, one.title, at,
                                 at, 1))  # fmt: skip
            add(NEW_BENEFITS, (one.id, one.id, "SolidusPromotions::Benefits::AdjustLineItem",
                               preferences, at, at))  # fmt: skip
            continue
        add(PROMOTIONS, (one.id, one.title, ends_at, starts_at, one.title, one.usage_limit, False,
                         at, at, 1, False))  # fmt: skip
        add(PROMOTION_RULES, (one.id, one.id, "Spree::Promotion::Rules::FirstOrder", at, at, None))
        action = "CreateAdjustment" if one.kind == "fixed" else "CreateItemAdjustments"
        add(PROMOTION_ACTIONS, (one.id, one.id, 1, f"Spree::Promotion::Actions::{action}", None,
                                preferences, at, at))  # fmt: skip
        add(PROMOTION_CODES, (one.id, one.id, (one.code or "").lower(), at, at))
    add(CODE_BATCHES, (1, 1, "WELCOME", 1, "completed", first, first))
