"""Holds exchanges of YouTube Ads to Google's field list and REST schemas of v26.

Belongs here: which queries the connector uses. Does not belong here: the comparison (`gaql.py`).

Where the files are loose (SOURCE.md): flags are of v24, and the 275 fields that came since have
none, so an unknown flag lets a field pass; none of them is used. The discovery document shows a
single object for searchStream, where REST gives an array of them.
"""

from __future__ import annotations

from dlt_pipelines.google_ads_api.accounts import MONTHS
from dlt_pipelines.sources.youtube_ads.tables import SHAPES
from tests.conformance.gaql import GoogleAdsSpec

QUERIES = {shape.table.name: (shape.query.resource, shape.query.fields) for shape in SHAPES}
QUERIES["active months"] = (MONTHS.resource, MONTHS.fields)

SPEC = GoogleAdsSpec("youtube_ads", QUERIES)
