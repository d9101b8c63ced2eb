"""Invents the people: customers, guests and where they live, with the names that break software.

Belongs here: names, e-mail addresses, addresses, anonymised persons.
Does not belong here: what people buy (`business_orders.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from vendor_emulator.business_model import Address, Customer

FIRST_NAMES = (
    *("Ada", "Ben", "Chloe", "Daniel", "Emma", "Felix", "Grace", "Hassan", "Isabel", "Jonas"),
    *("Keiko", "Liam", "Maya", "Noah", "Olivia", "Priya", "Quinn", "Rosa", "Samuel", "Tara"),
    *("Uma", "Victor", "Wei", "Ximena", "Yusuf", "Zoë", "Jürgen", "Søren", "Łukasz", "Noémie"),
)
LAST_NAMES = (
    *("Adams", "Brown", "Castillo", "Davies", "Evans", "Fischer", "García", "Hansen", "Ito"),
    *("Jones", "Kowalski", "Lopez", "Müller", "Nguyen", "O'Brien", "Patel", "Quiñones", "Rossi"),
    *("Smith", "Tanaka", "Usman", "van der Berg", "Wang", "Çelik", "Zhang", "Null", "Taylor"),
)
# Each of these has broken an import somewhere: other scripts, right to left, emoji, quoting,
# a name a spreadsheet would run, one longer than varchar(255), combining marks, a line break.
ODD_NAMES = (
    ("小龍", "李"),
    ("Олександр", "Шевченко"),
    ("محمد", "الأحمد"),
    ("🦄 Robin", "☕️ Lee"),
    ('Bob "Bobby"', "Tables'); --"),
    ("=HYPERLINK()", "+1"),
    ("Maximiliana " * 12, "Featherstonehaugh-" * 8 + "Smythe"),
    ("Zoe\u0301", "A\u030angstro\u0308m"),
    ("Tab\tName", "Line\nBreak"),
    ("back\\slash", "\\N"),
)


@dataclass(frozen=True, slots=True)
class Place:
    city: str
    province: str | None
    province_code: str | None
    country: str
    country_code: str
    zip: str
    tax_rate: Decimal
    tax_title: str
    currency: str
    locale: str
    taxes_included: bool


def _place(row: str) -> Place:
    city, province, code, country_code, zip_, rate, title, currency, locale, incl = (
        part.strip() for part in row.split("|")
    )
    return Place(
        city=city,
        province=province or None,
        province_code=code or None,
        country=COUNTRIES[country_code],
        country_code=country_code,
        zip=zip_,
        tax_rate=Decimal(rate),
        tax_title=title,
        currency=currency,
        locale=locale,
        taxes_included=incl == "in",
    )


COUNTRIES = {
    "US": "United States",
    "CA": "Canada",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "JP": "Japan",
}
# The first seven are the United States: most customers live there.
PLACES = tuple(
    _place(row)
    for row in (
        "New York | New York | NY | US | 10001 | 0.08875 | NY Sales Tax | USD | en-US |",
        "Los Angeles | California | CA | US | 90012 | 0.0725 | CA State Tax | USD | en-US |",
        "Austin | Texas | TX | US | 73301 | 0.0825 | TX State Tax | USD | en-US |",
        "Portland | Oregon | OR | US | 97201 | 0 | No Tax | USD | en-US |",
        "Chicago | Illinois | IL | US | 60601 | 0.0625 | IL State Tax | USD | en-US |",
        "Boston | Massachusetts | MA | US | 02108 | 0.0625 | MA State Tax | USD | en-US |",
        "Miami | Florida | FL | US | 33101 | 0.06 | FL State Tax | USD | es-US |",
        "Toronto | Ontario | ON | CA | M5V 2T6 | 0.13 | HST | CAD | en-CA |",
        "Montréal | Quebec | QC | CA | H2Y 1C6 | 0.14975 | GST + QST | CAD | fr-CA |",
        "London | England | ENG | GB | SW1A 1AA | 0.20 | VAT | GBP | en-GB | in",
        "München |  |  | DE | 80331 | 0.19 | MwSt | EUR | de-DE | in",
        "Paris |  |  | FR | 75001 | 0.20 | TVA | EUR | fr-FR | in",
        "東京 | Tōkyō | JP-13 | JP | 100-0001 | 0.10 | 消費税 | JPY | ja-JP | in",
    )
)
STREETS = ("Main Street", "Oak Avenue", "Elm Way", "Harbour Road", "Königstraße", "2nd Street")


def choose_place(rng: Random) -> Place:
    draw = rng.random()
    if draw < 0.7:
        return PLACES[int(draw * 10)]
    return PLACES[7 + int((draw - 0.7) * 20)]


def place_of(address: Address | None) -> Place:
    """Where an address lies; the first place, the shop's own, when nobody said."""
    if address is not None:
        for place in PLACES:
            if place.zip == address.zip:
                return place
    return PLACES[0]


def invent_name(rng: Random) -> tuple[str, str]:
    if rng.random() < 0.02:
        return ODD_NAMES[int(rng.random() * len(ODD_NAMES))]
    first = FIRST_NAMES[int(rng.random() * len(FIRST_NAMES))]
    return first, LAST_NAMES[int(rng.random() * len(LAST_NAMES))]


def invent_address(rng: Random, first: str, last: str) -> Address:
    place = choose_place(rng)
    draw = rng.random()
    return Address(
        first_name=first,
        last_name=last,
        company="Müller & Söhne GmbH" if draw < 0.03 else None,
        address1=f"{int(draw * 9000) + 1} {STREETS[int(draw * 997) % len(STREETS)]}",
        address2=f"Apt {int(draw * 5000) % 90 + 1}" if draw > 0.8 else None,
        city=place.city,
        province=place.province,
        province_code=place.province_code,
        country=place.country,
        country_code=place.country_code,
        zip=place.zip,
        phone=f"+1555{int(draw * 10_000_000):07d}" if draw > 0.3 else None,
    )


def invent_customer(
    rng: Random, *, customer_id: int, created_at: datetime, now: datetime, first_now: datetime
) -> Customer:
    first, last = invent_name(rng)
    if customer_id % 20 == 0:
        first, last = ODD_NAMES[customer_id // 20 % len(ODD_NAMES)]
    address = invent_address(rng, first, last)
    draw, home, marketing = rng.random(), rng.random(), rng.random()
    shops = ("shopify", "oms") if draw < 0.12 else (("shopify",) if home < 0.6 else ("oms",))
    touched = created_at + timedelta(seconds=int(draw * 40 * 86400))
    updated_at = touched if touched <= now and draw < 0.5 else created_at
    # Decided by the first day: an order's own copy of the address must not change without notice.
    anonymised = customer_id % 67 == 13 and created_at < first_now - timedelta(days=90)
    tags = tuple(
        tag for tag, share in (("vip", 0.05), ("wholesale", 0.02), ("newsletter", 0.3))
        if marketing < share
    )  # fmt: skip
    return Customer(
        id=customer_id,
        shops=shops,
        first_name=None if anonymised else first,
        last_name=None if anonymised else last,
        email=None if anonymised else f"customer{customer_id}@example.com",
        phone=None if anonymised or marketing < 0.4 else address.phone,
        state="disabled" if draw > 0.98 else "invited" if draw > 0.95 else "enabled",
        accepts_marketing=marketing < 0.55,
        is_verified=draw < 0.9,
        is_anonymised=anonymised,
        tags=tags,
        note="Prefers a call ☎ before delivery" if draw < 0.02 else None,
        locale=place_of(address).locale,
        default_address=None if anonymised or draw > 0.97 else address,
        created_at=created_at,
        updated_at=updated_at,
    )
