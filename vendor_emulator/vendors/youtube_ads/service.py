"""The same API and the same accounts, asked for what ran on YouTube.

Belongs here: what a YouTube connection's first sync has to bring. Does not belong here: the API
(`google_ads/`), which does not know who asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from vendor_emulator.vendors.google_ads.rehearsing import readable, rename
from vendor_emulator.vendors.google_ads.service import GoogleAds
from vendor_emulator.vendors.google_ads.things import video_numbers
from vendor_emulator.vendors.google_ads.world import NETWORKS, TYPES

KINDS = ("video", "demand_gen", "performance_max")


class YouTubeAds(GoogleAds):
    def touch(self, table: str) -> str:
        types = {TYPES[kind] for kind in KINDS}
        key = rename(self.world, table, self.clock.now(), types=types)
        self.rows_of.forget()
        return key

    def rows(self) -> Mapping[str, int]:
        world, now = self.world, self.clock.now()
        found = dict.fromkeys(("campaigns", "ad_groups", "ads", "asset_groups", "videos"), 0)
        found |= {"ad_daily": 0, "asset_group_daily": 0}
        found["customers"] = len(world.customers)
        for customer in readable(world):
            of_kind = [one for one in world.campaigns(customer) if one.kind in KINDS]
            campaigns = {campaign.id for campaign in of_kind}
            found["campaigns"] += len(campaigns)
            for table, of_assets in (("ad_groups", False), ("asset_groups", True)):
                groups = world.groups(customer, of_assets=of_assets)
                found[table] += sum(group.campaign_id in campaigns for group in groups)
            found["ads"] += sum(ad.campaign_id in campaigns for ad in world.ads.ads)
            found["videos"] += sum(1 for _ in video_numbers(world, customer))
            today = now.astimezone(customer.zone).date()
            for day in world.days(customer, world.ads.first_day, today):
                if any(name == "YOUTUBE" for name, _ in NETWORKS[world.kind(day.campaign_id)]):
                    found["asset_group_daily" if day.ad_id is None else "ad_daily"] += 1
        return found
