"""Customers and their address books as Solidus rows, with secrets that a reader must not take.

Belongs here: users, addresses, roles, wallets, store credit of people. Every secret column holds a
text that begins with CANARY, so that a test can look for leaks anywhere.
Does not belong here: orders (`order_rows.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from vendor_emulator.business import Address, Business, Customer
from vendor_emulator.vendors.chord_oms.loading import Add, columns, naive
from vendor_emulator.vendors.chord_oms.shop_rows import COUNTRY_IDS, STATE_IDS

# Ids far apart per kind of owner: found without counting, and still within 32 bits.
USER_ADDRESS, ADMIN_USER, USER_CREDIT = 50_000_000, 2_000_000_000, 1_000_000_000

USERS = columns(
    "spree_users",
    "id encrypted_password password_salt email remember_token persistence_token"
    " reset_password_token perishable_token sign_in_count last_sign_in_at current_sign_in_ip"
    " last_sign_in_ip login ship_address_id bill_address_id created_at updated_at"
    " customer_metadata admin_metadata spree_api_key unlock_token deleted_at confirmation_token"
    " unconfirmed_email loyalty_expires_at",
)
ADDRESSES = columns(
    "spree_addresses",
    "id firstname lastname address1 address2 city zipcode phone state_name company state_id"
    " country_id created_at updated_at name email",
)
USER_ADDRESSES = columns(
    "spree_user_addresses",
    "id user_id address_id default created_at updated_at default_billing",
)
ROLES_USERS = columns("spree_roles_users", "id role_id user_id created_at updated_at")
STORE_CREDITS = columns(
    "spree_store_credits",
    "id user_id category_id created_by_id amount amount_used amount_authorized currency memo"
    " deleted_at created_at updated_at type_id invalidated_at",
)
CREDIT_EVENTS = columns(
    "spree_store_credit_events",
    "id store_credit_id action amount user_total_amount authorization_code originator_type"
    " originator_id created_at updated_at amount_remaining",
)


def add_people(business: Business, add: Add) -> None:
    for customer in business.iter_customers("oms"):
        add_customer(customer, add)
    at = naive(business.start - timedelta(days=300))
    for number, name in enumerate(("ops", "care", "intern"), start=1):
        user = ADMIN_USER + number
        add(USERS, _user_row(user, f"{name}@fable.example.com", at, at, logins=300 - number,
                             deleted_at=at if name == "intern" else None))  # fmt: skip
        add(ROLES_USERS, (number, 1 if number == 1 else 2, user, at, at))


def add_customer(customer: Customer, add: Add) -> None:
    created_at, updated_at = naive(customer.created_at), naive(customer.updated_at)
    deleted_at = updated_at if customer.is_anonymised else None
    address_id = None
    if customer.default_address is not None:
        address_id = USER_ADDRESS + customer.id
        add(ADDRESSES, address_row(address_id, customer.default_address, created_at, updated_at,
                                   email=customer.email))  # fmt: skip
        add(USER_ADDRESSES, (customer.id, customer.id, address_id, True, created_at, updated_at,
                             customer.id % 3 == 0))  # fmt: skip
    add(
        USERS,
        _user_row(
            customer.id,
            customer.email,
            created_at,
            updated_at,
            logins=customer.id % 23,
            deleted_at=deleted_at,
            address_id=address_id,
        ),
    )
    if customer.id % 29 == 7 and not customer.is_anonymised:
        _add_goodwill(customer, add, created_at)


def address_row(
    row_id: int,
    address: Address,
    created_at: datetime,
    updated_at: datetime | None,
    *,
    email: str | None,
) -> tuple[object, ...]:
    state = STATE_IDS.get(address.province_code)
    return (
        row_id,
        address.first_name,
        address.last_name,
        address.address1,
        address.address2,
        address.city,
        address.zip,
        address.phone,
        None if state else address.province,
        address.company,
        state,
        COUNTRY_IDS[address.country_code],
        created_at,
        updated_at,
        address.name,
        email,
    )


def _user_row(
    user_id: int,
    email: str | None,
    created_at: datetime,
    updated_at: datetime,
    *,
    logins: int,
    deleted_at: datetime | None,
    address_id: int | None = None,
) -> tuple[object, ...]:
    seen = f"203.0.113.{user_id % 250}" if logins else None
    metadata = '{"tier": "gold", "labels": ["é", "🦄"]}' if user_id % 31 == 0 else "{}"
    # A lifetime member's points never expire.
    expires = "infinity" if user_id % 41 == 3 else updated_at if user_id % 3 == 0 else None
    return (
        user_id,
        f"CANARY-encrypted-password-{user_id}",
        f"CANARY-password-salt-{user_id}",
        email,
        f"CANARY-remember-{user_id}",
        f"CANARY-persistence-{user_id}",
        f"CANARY-reset-{user_id}",
        f"CANARY-perishable-{user_id}",
        logins,
        updated_at if logins else None,
        seen,
        seen,
        email,
        address_id,
        address_id,
        created_at,
        updated_at,
        metadata,
        "{}",
        f"CANARY-api-key-{user_id}",
        f"CANARY-unlock-{user_id}",
        deleted_at,
        f"CANARY-confirmation-{user_id}",
        None,
        expires,
    )


def _add_goodwill(customer: Customer, add: Add, created_at: datetime) -> None:
    number = USER_CREDIT + customer.id
    amount, used, held = Decimal("20.00"), Decimal("5.00"), Decimal("2.50")
    at = created_at + timedelta(hours=1)
    add(STORE_CREDITS, (number, customer.id, 2, ADMIN_USER + 2, amount, used, held, "USD",
                        "Sorry for the wait 💐", None, created_at, at, 2, None))  # fmt: skip
    moves = (("allocation", amount, amount), ("capture", used, amount - used),
             ("authorize", held, amount - used - held))  # fmt: skip
    for place, (action, moved, left) in enumerate(moves):
        event = number + place * 300_000_000
        add(CREDIT_EVENTS, (event, number, action, moved, left, f"CANARY-authorization-{number}",
                            None, None, at, at, left))  # fmt: skip
