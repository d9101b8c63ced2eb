"""What a person sees when setting a Braze connection up: fields, guide, setup test.

Belongs here: everything outside a sync. Does not belong here: reading (`source.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Field

FIELDS = (
    Field(
        name="api_key",
        label="REST API key",
        help="With the permissions that the setup guide names.",
        secret=True,
    ),
    Field(
        name="base_url",
        label="REST address",
        help="Of your instance, such as https://rest.iad-01.braze.com or"
        " https://rest.fra-02.braze.eu.",
        required=False,
        default="https://rest.iad-01.braze.com",
        pattern=r"https?://\S+",
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): the first sync reads days since then. Empty: of campaigns all"
        " days since the first mail, of everything else two years.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="export_segments",
        label="Segments whose people are exported",
        help="Segment identifiers, with commas between them. Empty: people are not exported.",
        required=False,
        pattern=r"[0-9A-Za-z_, -]*",
    ),
)

SETUP_GUIDE = """\
1. In Braze open Settings > APIs and Identifiers > API Keys and create a key.
2. Give it these permissions: campaigns.list, campaigns.details, campaigns.data_series, canvas.list,
   canvas.details, canvas.data_series, segments.list, segments.details, segments.data_series,
   events.list, events.data_series, purchases.product_list, purchases.revenue_series, kpi.dau,
   kpi.mau, kpi.new_users, kpi.uninstalls (each .data_series), sessions.data_series,
   email.hard_bounces, email.unsubscribe, templates.email.list, content_blocks.list; and
   users.export.segment if people shall be exported. What a missing one would show is left out,
   and a warning says so.
3. The REST address stands on the same page, and belongs to your instance.
4. chord connections add my_braze --connector braze --set base_url=https://rest.iad-01.braze.com \\
       --secret api_key=env:BRAZE_API_KEY
5. To export people, name segments: --set export_segments=<segment identifier>. Exports that go to a
   bucket of yours can not be read here.
"""

TESTED = ("/campaigns/list", "/canvas/list", "/segments/list", "/events/list")


def check(settings: ConnectionSettings) -> CheckResult:
    # The catalog reads this file, and the client loads an HTTP library.
    from dlt_pipelines.sources.braze.client import Braze, NotAllowed

    braze = Braze(settings)
    missing = []
    for path in TESTED:
        try:
            braze.get(path, page=0)
        except NotAllowed:
            missing.append(path.strip("/").replace("/", "."))
    return CheckResult(account=settings["base_url"], missing_scopes=tuple(missing))
