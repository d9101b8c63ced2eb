"""The emulated TikTok: its addresses, its token, its limits, its lists.

Belongs here: one request from bytes to bytes, and what a test may do to it. Does not belong here:
parameters (`asking.py`), records (`world.py`), reports (`reports.py`, `figures.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from vendor_emulator.business import Business, Changes
from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Answer, Asked, Opening
from vendor_emulator.vendors.tiktok_ads import answers, asking, reports
from vendor_emulator.vendors.tiktok_ads.answers import FORBIDDEN, WRONG, Refusal
from vendor_emulator.vendors.tiktok_ads.figures import Figures
from vendor_emulator.vendors.tiktok_ads.ids import vendor_id
from vendor_emulator.vendors.tiktok_ads.library import BUSINESS_CENTER
from vendor_emulator.vendors.tiktok_ads.world import World

PREFIX = "/open_api/v1.3"
TOKEN = "tt-5c2f7a1be0934d6f8a"  # noqa: S105
NAMES = {
    "/advertiser/info/": "advertisers",
    "/campaign/get/": "campaigns",
    "/adgroup/get/": "ad_groups",
    "/ad/get/": "ads",
    "/smart_plus/campaign/get/": "smart_plus_campaigns",
    "/smart_plus/adgroup/get/": "smart_plus_ad_groups",
    "/smart_plus/ad/get/": "smart_plus_ads",
    "/pixel/list/": "pixels",
    "/dmp/custom_audience/list/": "custom_audiences",
    "/file/video/ad/search/": "videos",
    "/file/image/ad/info/": "images",
    "/gmv_max/store/list/": "gmv_max_stores",
    "/campaign/gmv_max/info/": "gmv_max_campaigns",
    "/gmv_max/report/get/": "gmv_max_daily",
}
REPORT_LEVELS = {
    "AUCTION_ADVERTISER": "advertiser",
    "AUCTION_CAMPAIGN": "campaign",
    "AUCTION_ADGROUP": "ad_group",
    "AUCTION_AD": "ad",
}
BREAKDOWN_NAMES = {"gender": "age_gender", "country_code": "country", "province_id": "province"}


class Limits:
    """10 a second and 600 a minute; who passes the minute's limit stays out for five."""

    def __init__(self, clock: Clock, *, second: int = 10, minute: int = 600) -> None:
        self.clock, self.second, self.minute = clock, second, minute
        self.taken: deque[float] = deque()
        self.out_until = 0.0

    def take(self) -> None:
        now = self.clock.seconds()
        while self.taken and self.taken[0] <= now - 60:
            self.taken.popleft()
        if now < self.out_until or len(self.taken) >= self.minute:
            self.out_until = max(self.out_until, now + 300 if now >= self.out_until else 0.0)
            raise answers.FAULTS["throttled-minute"]
        if sum(at > now - 1 for at in list(self.taken)[-self.second :]) >= self.second:
            raise answers.FAULTS["throttled"]
        self.taken.append(now)


class Service:
    """Options: `largest_page` of lists, `largest_report_page`, `limits` ("strict" or "off"),
    `refused` (first parts of paths that the token may not read), `dead` (places of accounts that
    have withdrawn their permission)."""

    def __init__(self, opening: Opening) -> None:
        options = opening.options
        self.clock, self.lock = opening.clock, RLock()
        self.world = World(opening.business)
        self.figures = Figures(self.world, opening.clock)
        self.largest_page = int(options.get("largest_page", 1000))
        self.largest_report_page = int(options.get("largest_report_page", 1000))
        self.limits = None if options.get("limits") == "off" else Limits(opening.clock)
        self.refused: tuple[str, ...] = tuple(options.get("refused", ()))
        ids = list(self.world.account_numbers)
        self.dead = {ids[place] for place in options.get("dead", ())}
        self.is_revoked = False

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        path = asked.path.removeprefix(PREFIX)
        if not asked.path.startswith(PREFIX) or path not in asking.PARAMETERS:
            return answers.NOT_FOUND
        if asked.method != "GET":
            return answers.bad(Refusal(40117, "The specified method cannot be used."))
        with self.lock:
            try:
                self.admit(asked, path)
                return answers.good(self.data(path, asking.refuse_unknown(path, asked.params)))
            except Refusal as refusal:
                return answers.bad(refusal)

    def names(self, asked: Asked) -> tuple[str, ...]:
        path = asked.path.removeprefix(PREFIX)
        if path == "/report/integrated/get/":
            level = REPORT_LEVELS.get(asked.query.get("data_level", ""), "")
            dimensions = asked.query.get("dimensions", "")
            time = "hourly" if "stat_time_hour" in dimensions else "daily"
            for name in ("gender", "country_code", "platform", "province_id"):
                if f'"{name}"' in dimensions:
                    return (f"{level}_{BREAKDOWN_NAMES.get(name, name)}_{time}", "reports")
            return (f"{level}_{time}", "reports")
        return (NAMES[path],) if path in NAMES else ()

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.is_revoked = True
            return answers.bad(answers.WRONG_TOKEN)
        return answers.bad(answers.FAULTS[name]) if name in answers.FAULTS else None

    def credentials(self, base_url: str) -> dict[str, str]:
        ids = ",".join(self.world.account_numbers)
        return {"access_token": TOKEN, "advertiser_ids": ids, "base_url": base_url}

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        with self.lock:
            self.world.move_on(business)
            self.figures.forget()
            at = stamped_at or self.clock.now()
            campaigns = self.world.advertising.campaigns
            edited = campaigns[business.days_later % len(campaigns)]
            self.world.touch("campaigns", vendor_id(edited.id), at)
            ad = self.world.advertising.ads[business.days_later]
            self.world.touch("ads", vendor_id(ad.id), at)

    def rows(self) -> dict[str, int]:
        accounts = [
            number for one, number in self.world.account_numbers.items() if one not in self.dead
        ]
        world, found = self.world, {"advertisers": len(accounts)}
        lists = {
            "campaigns": world.campaigns,
            "ad_groups": world.ad_groups,
            "ads": world.ads,
            "pixels": world.pixels,
            "custom_audiences": world.audiences,
            "videos": world.videos,
            "images": world.products,
        }
        for name, of_account in lists.items():
            found[name] = sum(len(of_account(account)) for account in accounts)
        for name in ("campaigns", "ad_groups", "ads"):
            records = [lists[name](account) for account in accounts]
            found[f"smart_plus_{name}"] = sum(len(world.smart(one)) for one in records)
        first, today = world.advertising.first_day, self.clock.now().date() + timedelta(days=1)
        for level, name in REPORT_LEVELS.items():
            found[f"{name}_daily"] = sum(
                sum(1 for _ in self.figures.cells(one, level, first, today, (), "stat_time_day"))
                for one in accounts
            )
        found["gmv_max_daily"] = sum(
            len(self.figures.gmv_max(one, first, today)) for one in accounts
        )
        return found

    def touch(self, table: str) -> str:
        with self.lock:
            if table.endswith("_daily"):
                return self.figures.touch()
            account = self.world.advertising.accounts[0].id
            lists = {
                "campaigns": (self.world.campaigns, "campaign_id"),
                "ad_groups": (self.world.ad_groups, "adgroup_id"),
                "ads": (self.world.ads, "ad_id"),
            }
            of_account, key = lists[table]
            record_id = of_account(account)[0][key]
            self.world.touch(table, record_id, self.clock.now())
            return record_id

    def close(self) -> None:
        return

    # ------------------------------------------------------------------ answers

    def admit(self, asked: Asked, path: str) -> None:
        token = asked.headers.get("access-token", "")
        if not token:
            raise answers.EMPTY_TOKEN
        if token != TOKEN or self.is_revoked:
            raise answers.WRONG_TOKEN
        if self.limits is not None:
            self.limits.take()
        if path.split("/")[1] in self.refused or path.startswith("/campaign/gmv_max") & (
            "gmv_max" in self.refused
        ):
            raise Refusal(FORBIDDEN, "No permission: the app lacks the scope of this interface.")

    def data(self, path: str, asked: Mapping[str, str]) -> Any:
        if path == "/advertiser/info/":
            return {"list": self.advertisers(asking.texts(asked, "advertiser_ids", most=100))}
        if path.startswith("/bc/"):
            return self.business_centers(path, asked)
        account = self.account(asking.required(asked, "advertiser_id"))
        if path == "/report/integrated/get/":
            return self.page(path, asked, reports.report(self.figures, account, asked))
        if path == "/gmv_max/report/get/":
            stores = [store["store_id"] for store in self.world.stores(account)]
            return self.page(path, asked, reports.gmv_max(self.figures, account, stores, asked))
        if path == "/gmv_max/store/list/":
            return {"store_list": self.world.stores(account)}
        if path == "/campaign/gmv_max/info/":
            wanted = asking.required(asked, "campaign_id")
            for campaign in self.world.gmv_max_campaigns():
                if campaign["campaign_id"] == wanted:
                    return campaign
            raise Refusal(WRONG, "campaign_id: no such GMV Max campaign.")
        if path == "/file/image/ad/info/":
            return {"list": self.world.images(asking.texts(asked, "image_ids", most=100))}
        records = "pixels" if path == "/pixel/list/" else "list"
        return self.page(path, asked, self.listed(path, asked, account), records=records)

    def listed(self, path: str, asked: Mapping[str, str], account: int) -> list[dict[str, Any]]:
        wanted = asking.filtering(path, asked)
        world = self.world
        lists = {
            "/campaign/get/": world.campaigns,
            "/adgroup/get/": world.ad_groups,
            "/ad/get/": world.ads,
            "/pixel/list/": world.pixels,
            "/dmp/custom_audience/list/": world.audiences,
            "/file/video/ad/search/": world.videos,
        }
        records = lists[path.replace("/smart_plus", "")](account)
        if path.startswith("/smart_plus"):
            records = world.smart(records)
        if wanted.get("primary_status", "STATUS_NOT_DELETE") == "STATUS_NOT_DELETE":
            records = [one for one in records if not gone(one)]
        elif wanted["primary_status"] == "STATUS_DELETE":
            records = [one for one in records if gone(one)]
        for name, key in (("campaign_ids", "campaign_id"), ("adgroup_ids", "adgroup_id")):
            if name in wanted:
                records = [one for one in records if one[key] in wanted[name]]
        fields = asking.json_value(asked, "fields", list)
        if fields:
            records = [
                {name: value for name, value in one.items() if name in fields} for one in records
            ]
        return records

    def page(
        self, path: str, asked: Mapping[str, str], rows: Sequence[Any], *, records: str = "list"
    ) -> dict[str, Any]:
        largest = self.largest_report_page if "report" in path else self.largest_page
        some, info = asking.page_of(path, asked, rows, largest=largest)
        return {records: some, "page_info": info}

    def account(self, advertiser_id: str) -> int:
        number = self.world.account_numbers.get(advertiser_id)
        if number is None or advertiser_id in self.dead:
            raise Refusal(FORBIDDEN, f"No permission to operate advertiser {advertiser_id}.")
        return number

    def advertisers(self, ids: list[str]) -> list[dict[str, Any]]:
        for one in ids:
            self.account(one)
        return [one for one in self.world.advertisers() if one["advertiser_id"] in ids]

    def business_centers(self, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
        if path == "/bc/get/":
            center = {"bc_info": {"bc_id": BUSINESS_CENTER, "name": self.world.business.name}}
            return self.page(path, asked, [{**center, "user_role": "ADMIN"}])
        if asking.required(asked, "bc_id") != BUSINESS_CENTER:
            raise Refusal(FORBIDDEN, "No permission to operate the business center.")
        if asking.required(asked, "asset_type") != "ADVERTISER":
            raise Refusal(WRONG, "asset_type: only ADVERTISER is emulated.")
        assets = [
            {
                "asset_id": one["advertiser_id"],
                "asset_name": one["name"],
                "asset_type": "ADVERTISER",
            }
            for one in self.world.advertisers()
        ]
        return self.page(path, asked, assets)


def gone(record: Mapping[str, Any]) -> bool:
    return str(record.get("secondary_status", "")).endswith("_STATUS_DELETE")
