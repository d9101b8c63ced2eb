"""A source's title, as its users know it, and its name, which its warehouse schema carries.

Belongs here: making both. Does not belong here: whether a name is taken (`sources.py`).
"""

from __future__ import annotations

from slugify import slugify

from chord_platform.errors import SourceRefused
from chord_platform.events.source import Environment, Kind, Side
from chord_platform.store.event_tables import SOURCE_NAME_LENGTH

RESERVED = frozenset({"meta"})
"""`events_meta` holds violations, quarantine and message ids of all sources."""

SIDE_TITLES: dict[Side, str] = {"front-end": "Front-End", "back-end": "Back-End"}


def title_of(company: str, *, side: Side, kind: Kind, environment: Environment) -> str:
    """`My Company Front-End (Production)`."""
    what = "Shopify Webhook" if kind == "shopify_webhook" else SIDE_TITLES[side]
    return f"{company} {what} ({environment.capitalize()})"


def name_of(title: str) -> str:
    """`my_company_front_end_production`. Never cut short: two long titles must not become one.

    Raises:
        SourceRefused: nothing is left of it, it is too long, or it is reserved.
    """
    made = slugify(title, separator="_")
    if not made:
        raise SourceRefused(f"{title!r} is not a name.", hint="Use letters and digits.")
    if len(made) > SOURCE_NAME_LENGTH:
        raise SourceRefused(
            f"The name {made!r} has {len(made)} characters.",
            hint=f"Use {SOURCE_NAME_LENGTH} at most: it becomes the name of a schema.",
        )
    if made in RESERVED:
        raise SourceRefused(
            f"events_{made} is the platform's own schema.", hint="Choose another name."
        )
    return made
