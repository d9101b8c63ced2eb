"""Clicks, each with its gclid.

Belongs here: the rows of click_view. Does not belong here: results by day (`days.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vendor_emulator.vendors.google_ads import things
from vendor_emulator.vendors.google_ads.attributes import of_ad, of_campaign
from vendor_emulator.vendors.google_ads.things import Row
from vendor_emulator.vendors.google_ads.world import DEVICES, NETWORKS, Customer, World

CLICKS_SHOWN = 3


def click_rows(world: World, customer: Customer, day: date) -> Iterator[Row]:
    """A few clicks of each ad's day, each with its own gclid."""
    for ad_day in world.days(customer, day, day):
        kind = world.kind(ad_day.campaign_id)
        group_id, ad_id = ad_day.group_id, ad_day.ad_id
        above = (
            of_campaign(world, customer, ad_day.campaign_id)
            if ad_id is None
            else of_ad(world, customer, ad_id)
        )
        for place in range(min(ad_day.clicks, CLICKS_SHOWN)):
            network = NETWORKS[kind][place % len(NETWORKS[kind])][0]
            gclid = f"Cj0KCQ{day:%y%m%d}{ad_id or group_id}{place}_BwE"
            yield {
                **things.customer_row(customer),
                **above,
                "click_view.resource_name": f"customers/{customer.id}/clickViews/{day}~{gclid}",
                "click_view.gclid": gclid,
                "click_view.ad_group_ad": above.get("ad_group_ad.resource_name"),
                "click_view.page_number": "1",
                "click_view.location_of_presence.country": "geoTargetConstants/2840",
                "segments.date": day.isoformat(),
                "segments.ad_network_type": network,
                "segments.device": DEVICES[place % 2][0],
                "segments.click_type": "URL_CLICKS",
                "metrics.clicks": "1",
            }
