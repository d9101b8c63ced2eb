"""What stands in the brand's spreadsheets: costs, targets, influencers; and what people do to them.

Belongs here: the sheets of the seeded business. Does not belong here: how they are asked for.

The last sheets hold what real ones hold: headers twice, columns without one, years as headers,
errors, several kinds of value in one column, a chart, nothing at all.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from vendor_emulator.business import Business
from vendor_emulator.business_chance import pick
from vendor_emulator.vendors.google_sheets.grid import Book, Cell, Named, Sheet, at, on

BOOK_ID = "1FableTargetsAndCosts_aB3dE5gH7jK9mN1pQ3sT5vX"
OTHER_ID = "1FablePrivateNotes_zY8xW6vU4tS2rQ0pO8nM6lK4jI"
CHANNELS = ("facebook", "google", "tiktok", "pinterest", "reddit", "email")


def shared_book(business: Business) -> Book:
    sheets = [
        costs(business),
        targets(business),
        influencers(business),
        promotions(business),
        budgets_by_year(business),
        odds_and_ends(business),
        Sheet(77, "Spend chart", kind="OBJECT"),
        Sheet(78, "Empty"),
        Sheet(79, "Only headers", rows=[["SKU", "Note"]]),
        Sheet(80, "Q1", rows=[["Week", "Visits"], [1, 1200], [2, 1350]], is_hidden=True),
    ]
    named = [
        Named("n1aa", "TopTargets", 12, end_row=7, end_column=3),
        Named("n2bb", "CostColumn", 11, start_column=3, end_column=4),
    ]
    return Book(BOOK_ID, "Targets & costs", sheets, named, business.start)


def private_book(business: Business) -> Book:
    """Not shared with the service account."""
    rows: list[list[Any]] = [["Note"], ["private"]]
    return Book(OTHER_ID, "Private notes", [Sheet(1, "Notes", rows=rows)], [], business.start)


def money(value: Decimal) -> Cell:
    return Cell(float(value), "CURRENCY")


def costs(business: Business) -> Sheet:
    rows: list[list[Any]] = [["SKU", "Product", "Variant", "Unit cost", "Currency", "Valid from"]]
    for product in business.catalog.sellable:
        for variant in product.variants:
            rows.append(
                [
                    variant.sku,
                    product.title,
                    variant.title,
                    money(variant.cost),
                    "USD",
                    on(variant.created_at.date()),
                ]
            )
    return Sheet(11, "Product costs", rows=rows)


def targets(business: Business) -> Sheet:
    rows: list[list[Any]] = [["Month", "Revenue target", "New customers", "Contribution", "Final?"]]
    day = business.start.date().replace(day=1)
    while day <= business.base_now.date():
        who = (business.seed, 501, day.toordinal())
        share = Cell((25 + pick(20, *who, 2)) / 100, "PERCENT")
        goal = Cell(20_000 + 500 * pick(60, *who), "CURRENCY")
        rows.append([on(day), goal, 100 + pick(200, *who, 1), share, day < date(2026, 7, 1)])
        day = (day + timedelta(days=32)).replace(day=1)
    return Sheet(12, "Monthly targets", rows=rows)


def influencers(business: Business) -> Sheet:
    """Rows of unequal length, with gaps."""
    rows: list[list[Any]] = [["Handle", "Email", "Code", "Fee", "Signed at", "Notes"]]
    names = ("aria.pours", "latte_leo", "mokka.mia", "bean.there", "ceramic.kai", "slowbar.sue")
    for number, name in enumerate(names):
        signed = business.start + timedelta(days=30 * number, hours=9, minutes=7 * number)
        row: list[Any] = [
            f"@{name}",
            f"{name}@creators.example",
            name.split(".")[0].upper()[:8],
            money(Decimal(250 + 125 * number)),
            at(signed.replace(tzinfo=None)),
        ]
        if number % 2:
            row.append("répond tard ☕" if number == 3 else "gifted")
        rows.append(row[:2] if number == 4 else row)
    rows.insert(4, [])
    return Sheet(13, "Influencers", rows=rows)


def promotions(business: Business) -> Sheet:
    """Codes of the shop's own discounts."""
    rows: list[list[Any]] = [["Code", "Starts", "Planned cost", "Channel"]]
    for number, discount in enumerate(one for one in business.discounts if one.code):
        channel = CHANNELS[number % len(CHANNELS)]
        starts = on(discount.starts_at.date())
        rows.append([discount.code, starts, money(discount.value * 10), channel])
    return Sheet(14, "Promotions", rows=rows)


def budgets_by_year(business: Business) -> Sheet:
    """Years as headers (numbers), notes above the table, a sum of noise beneath."""
    rows: list[list[Any]] = [
        [],
        [],
        ["Channel", 2024, 2025, 2026],
        *(
            [channel, *(pick(90_000, business.seed, 601, place, year) for year in range(3))]
            for place, channel in enumerate(CHANNELS)
        ),
        ["rounding", 0.1 + 0.2, 12.5, 100],
    ]
    return Sheet(15, "Budgets by year", rows=rows)


def odds_and_ends(business: Business) -> Sheet:
    """Headers twice, none, only blanks; columns of several kinds; errors; an id too long for a
    number; a column that is empty."""
    day = business.start.date()
    head = [
        "Name",
        "Name",
        "",
        "  ",
        "name ",
        "Mixed",
        "Ratio",
        "Big id",
        "Empty",
        "Payload",
        "Day",
    ]
    rows: list[list[Any]] = [
        head,
        ["a", "b", "", "under no header", "c", 1, 0.5, "9007199254740993", None, "p", on(day)],
        ["d", "e", "", "", "f", "two", "#DIV/0!", "9007199254740995", None, "", "soon"],
        ["g", "", "", "", "", True, 0.25],
    ]
    return Sheet(16, "Odds & ends!", rows=rows, spare_rows=200)


def edit(book: Book, sheet_id: int, row: int, column: int, value: Any, when: datetime) -> None:
    """A person types into a cell: Drive's version and time move."""
    sheet = next(one for one in book.sheets if one.id == sheet_id)
    while len(sheet.rows) <= row:
        sheet.rows.append([])
    cells = list(sheet.rows[row])
    cells += [None] * (column + 1 - len(cells))
    cells[column] = value
    sheet.rows[row] = cells
    saved(book, when)


def saved(book: Book, when: datetime) -> None:
    book.version += 1
    book.modified_at = when
