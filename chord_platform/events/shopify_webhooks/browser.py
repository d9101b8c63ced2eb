"""Who the browser said it was: ids that the storefront put into the cart's attributes.

Belongs here: reading them back. Does not belong here: putting them there (the storefront).

The web pixel and this webhook tell of the same person only because of them: `_cdpAnonymousId` is
the anonymous id of the storefront's tracker, the others are the advertising platforms' own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chord_platform.events.shopify_webhooks.reading import known, mapping, mappings, text

ANONYMOUS_ID = "_cdpAnonymousId"
TRACKING_IDS = {
    "_googleClientId": "google_client_id",
    "_fbc": "fbc",
    "_fbp": "fbp",
    "__awc": "awc",
    "__awin_channel": "awin_channel",
}
LONGEST_ID = 200
"""An attribute is free text that anybody can write into a cart."""


def attributes(body: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs(body):
        if (said := text(value)) and len(said) <= LONGEST_ID:
            found[name] = said
    return found


def pairs(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`note_attributes` as a list of names and values, or (carts) `attributes` as an object."""
    yield from ((str(key), value) for key, value in mapping(body.get("attributes")).items())
    for each in mappings(body.get("note_attributes")):
        yield str(each.get("name", "")), each.get("value")


def anonymous_id(body: Mapping[str, Any]) -> str | None:
    return attributes(body).get(ANONYMOUS_ID)


def tracking_ids(body: Mapping[str, Any]) -> dict[str, str] | None:
    said = attributes(body)
    found = {name: said[key] for key, name in TRACKING_IDS.items() if key in said}
    return found or None


def context(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an event of the browser itself would carry."""
    client = mapping(body.get("client_details"))
    page = known(
        {"url": url(body.get("landing_site")), "referrer": text(body.get("referring_site"))}
    )
    return known(
        {
            "ip": text(body.get("browser_ip") or client.get("browser_ip")),
            "userAgent": text(client.get("user_agent")),
            "locale": text(body.get("customer_locale")),
            "page": page or None,
        }
    )


def url(value: Any) -> str | None:
    """`landing_site` is often a path alone, of a shop front whose domain the body does not say."""
    said = text(value)
    return said if said and said.startswith(("http://", "https://")) else None
