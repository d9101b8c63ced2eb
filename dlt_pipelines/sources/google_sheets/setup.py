"""What a person sees when setting a Google Sheets connection up: fields, guide, limits, gaps.

Belongs here: those texts. Does not belong here: requests (`client.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import Field

NAME = "google_sheets"
SHEETS_ADDRESS = "https://sheets.googleapis.com"
DRIVE_ADDRESS = "https://www.googleapis.com"
TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"  # noqa: S105
PER_TABLE = r"\s*[^=;]+=[^;]+(;\s*[^=;]+=[^;]+)*;?\s*"

FIELDS = (
    Field(
        name="spreadsheet",
        label="Spreadsheet",
        help="The spreadsheet's address in the browser, or the long id within it.",
        pattern=r"(https?://\S+/d/[A-Za-z0-9_-]{10,}\S*)|[A-Za-z0-9_-]{10,}",
    ),
    Field(
        name="service_account",
        label="Service account",
        help="The whole JSON key file of a Google service account that the spreadsheet is shared"
        " with.",
        secret=True,
        required=False,
    ),
    Field(
        name="client_id",
        label="OAuth client ID",
        help="Instead of a service account: an OAuth client of your Google Cloud project.",
        required=False,
    ),
    Field(
        name="client_secret",
        label="OAuth client secret",
        help="Belongs to the client ID.",
        secret=True,
        required=False,
    ),
    Field(
        name="refresh_token",
        label="Refresh token",
        help="Of a person who may read the spreadsheet, given to that OAuth client.",
        secret=True,
        required=False,
    ),
    Field(
        name="sheets",
        label="Only these",
        help="Names of sheets and named ranges, separated by commas. Empty: all of them.",
        required=False,
    ),
    Field(
        name="keys",
        label="Key columns",
        help="Which column names a row: `Product costs = SKU; Targets = Month`. Sheets that are not"
        " named here are told apart by row number.",
        required=False,
        pattern=PER_TABLE,
    ),
    Field(
        name="personal",
        label="Personal columns",
        help="Columns with personal data: `Influencers = Email, Name`. They are hashed or dropped"
        " where the connection asks for that.",
        required=False,
        pattern=PER_TABLE,
    ),
    Field(
        name="rows_per_request",
        label="Rows a request",
        help="Fewer when Google takes too long; a request never asks for more than 100,000 cells.",
        required=False,
        default="10000",
        pattern=r"[1-9]\d{0,5}",
    ),
    Field(
        name="base_url",
        label="Address of Sheets",
        help="Empty for Google itself.",
        required=False,
        default=SHEETS_ADDRESS,
        pattern=r"https?://\S+",
    ),
    Field(
        name="drive_url",
        label="Address of Drive",
        help="Empty for Google itself.",
        required=False,
        default=DRIVE_ADDRESS,
        pattern=r"https?://\S+",
    ),
    Field(
        name="token_url",
        label="Address for tokens",
        help="Empty for Google itself.",
        required=False,
        default=TOKEN_ADDRESS,
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
With a service account (best for a platform that runs by itself):
1. In console.cloud.google.com choose or create a project. Under "APIs & Services > Library" enable
   "Google Sheets API" and "Google Drive API" (Drive only tells whether the file changed).
2. Under "IAM & Admin > Service Accounts" create one; it needs no role. On its page, "Keys > Add
   key > Create new key > JSON" downloads the key file.
3. Open the spreadsheet, press "Share" and share it with the service account's address
   (name@project.iam.gserviceaccount.com) as Viewer.
4. Add the connection:
   chord connections add my_sheet --connector google_sheets \\
       --set spreadsheet=https://docs.google.com/spreadsheets/d/.../edit \\
       --secret service_account=file:key.json

With OAuth instead: create an OAuth client of type "Desktop" in the project, let a person who may
read the spreadsheet consent to the scopes spreadsheets.readonly and drive.metadata.readonly, and
give client_id, client_secret and refresh_token. While the consent screen is in "Testing" Google
withdraws the refresh token after seven days: publish it.

Each sheet becomes the table raw_google_sheets.<its name in small letters>. Its first row that is
not empty holds the headers. To read only some of them, or give a sheet a key:
   --set sheets="Product costs,Targets" --set keys="Product costs = SKU"
"""

LIMITS = (
    "60 reads a minute for the person or service account and 300 for the project, kept by one"
    " limiter per key. Google sends no headers; after 429 the waits grow to a minute, which is when"
    " the quota comes back."
)

LEFT_OUT = {
    "chart sheets": "A sheet of type OBJECT has no cells; `sheets` lists it.",
    "connected sheets (BigQuery)": "A sheet of type DATA_SOURCE shows a preview of a warehouse"
    " table; connect that table instead.",
    "formulas": "What a cell shows is read; how it is computed belongs to the spreadsheet.",
    "comments, notes and formats": "They say something to people and nothing to a model.",
}
