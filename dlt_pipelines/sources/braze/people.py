"""People of a segment: an export that Braze prepares, a ZIP of files with a line for each person.

Belongs here: asking for it, waiting, unpacking. Does not belong here: the choice of segments.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import orjson
import requests

from dlt_pipelines.api import Again, Api, Verdict, judged_by_status
from dlt_pipelines.connector import ConnectionSettings, Table
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.braze.client import NAME, Braze
from dlt_pipelines.sources.braze.series import TOGETHER

FIELDS = (
    "braze_id",
    "created_at",
    "external_id",
    "user_aliases",
    "first_name",
    "last_name",
    "email",
    "dob",
    "country",
    "home_city",
    "phone",
    "language",
    "time_zone",
    "gender",
    "random_bucket",
    "total_revenue",
    "attributed_campaign",
    "attributed_source",
    "push_subscribe",
    "email_subscribe",
    "custom_attributes",
    "custom_events",
    "purchases",
)


def read_people(
    settings: ConnectionSettings, braze: Braze, table: Table, segment: str
) -> Iterator[Any]:
    sent = {"segment_id": segment, "fields_to_export": list(FIELDS), "output_format": "zip"}
    told = braze.post("/users/export/segment", sent)
    address = told.get("url")
    if not address:
        raise UnexpectedResponse(
            NAME,
            "an export of people has no address.",
            hint="Exports go to a bucket of yours; only those that Braze keeps can be read here.",
        )
    # The file stands on another host, which must not get the key.
    files = Api(settings, NAME, "", judge_file)
    response, _ = files.ask("GET", address, decode=False)
    try:
        archive = zipfile.ZipFile(io.BytesIO(response.content))
    except zipfile.BadZipFile:
        raise UnexpectedResponse(NAME, "an export of people is no ZIP file.") from None
    with archive:
        people: list[Any] = []
        for name in archive.namelist():
            with archive.open(name) as lines:
                for line in lines:
                    if line.strip():
                        people.append(orjson.loads(line))
                    if len(people) >= TOGETHER:
                        yield raw_table(table, people, settings.report)
                        people = []
        if people:
            yield raw_table(table, people, settings.report)


by_status = judged_by_status(NAME)


def judge_file(response: requests.Response, body: Any) -> Verdict:
    """The address becomes good when the export is ready."""
    if response.status_code in (403, 404):
        return Again("an export of people is not ready yet", throttled=True)
    return by_status(response, body)
