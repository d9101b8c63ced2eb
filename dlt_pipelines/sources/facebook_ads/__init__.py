"""Facebook Ads (Meta): accounts, campaigns, ads and what they did, day by day.

API      Marketing API v26.0; Insights in the answer for short ranges, as report runs for long ones
Limits   an hourly allowance by account, told as percentages in headers: slower above 75 percent,
         at 95 a pause, or the end of the sync where the pause is long
Restated 28 days are read again by each sync; rows that Meta withdrew go
Left out signed addresses of pictures and videos (they expire); breakdowns by comscore_market (it
         cannot be combined with anything a DTC brand asks for); leads, pages and posts (not ads)

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import ConnectionSettings, Connector
from dlt_pipelines.sources.facebook_ads.report_tables import REPORTS
from dlt_pipelines.sources.facebook_ads.setup import FIELDS, SETUP_GUIDE, check, counts
from dlt_pipelines.sources.facebook_ads.tables import AD_ACCOUNTS, LISTS

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.facebook_ads.source import facebook_ads

    return facebook_ads(settings)


CONNECTOR = Connector(
    name="facebook_ads",
    title="Facebook Ads",
    description="Campaigns, ad sets, ads, creatives and daily results of Facebook and Instagram.",
    category="Advertising",
    limits="An hourly allowance per ad account (100,000 calls and more with full access, 300 with"
    " limited access), told as percentages in headers: above 75 percent requests are spaced out,"
    " at 95 percent they stop until the time Meta names.",
    left_out={
        "comscore_market breakdown": "replaced dma in June 2026; region and country answer the"
        " questions of a brand that sells online",
        "leads": "personal data of people who filled in a form; needs leads_retrieval",
        "ad rules, ad studies, labels": "tools of the Ads Manager that no report here needs",
        "signed image and video addresses": "they expire within days; the permanent addresses and"
        " hashes are read",
    },
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=(
        AD_ACCOUNTS,
        *(each.table for each in LISTS),
        *(report.table for report in REPORTS),
    ),
    check=check,
    counts=counts,
    build_source=build_source,
)
