"""What a person sees when setting an Iterable connection up: fields and guide.

Belongs here: texts and the form of settings. Does not belong here: requests (`client.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import Field
from dlt_pipelines.sources.iterable.kinds import ALL

ADDRESS = "https://api.iterable.com"
NAME_OF_A_KIND = "|".join(ALL)

FIELDS = (
    Field(
        name="api_key",
        label="API key",
        help="A server-side key of the project.",
        secret=True,
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): the first sync reads events since then. Empty: since the project"
        " was made.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="event_types",
        label="Kinds of event",
        help="usual, all, or names by commas (emailSend,emailOpen). Each costs an export job a"
        " sync; one that is added later is read from the start.",
        required=False,
        default="usual",
        pattern=rf"usual|all|({NAME_OF_A_KIND})( *, *({NAME_OF_A_KIND}))*",
    ),
    Field(
        name="extraction",
        label="Extraction",
        help="jobs (1 a second, 4 at a time), or direct (4 requests a minute) for keys that may not"
        " start jobs.",
        required=False,
        default="jobs",
        pattern="jobs|direct",
    ),
    Field(
        name="metrics_days",
        label="Days of campaign metrics",
        help="How many days back the first sync reads daily metrics; a day costs one of ten"
        " requests a minute for each 50 campaigns.",
        required=False,
        default="30",
        pattern=r"\d{1,4}",
    ),
    Field(
        name="list_members",
        label="Members of lists",
        help="yes or no. Iterable gives five lists a minute, each whole.",
        required=False,
        default="yes",
        pattern="yes|no",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for the US data centre; https://api.eu.iterable.com for the EU one.",
        required=False,
        default=ADDRESS,
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. In Iterable open the project, then Integrations, API Keys, and choose "New API key".
2. Take the type "Server-side" without JWT. A key belongs to one project: a second project is a
   second connection. Where the form offers permissions, grant reading of campaigns, templates,
   lists, users, metadata and export; what a missing one would show is left out, with a warning.
3. Copy the key; Iterable shows it once.
4. chord connections add my_iterable --connector iterable --secret api_key=env:ITERABLE_API_KEY
   A project in the EU data centre also needs --set base_url=https://api.eu.iterable.com.
"""
