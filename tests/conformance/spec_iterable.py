"""Holds exchanges with Iterable to its own Swagger file.

Belongs here: which operations are used, and what the file gets wrong. Does not belong here: the
comparison (`openapi.py`).
"""

from __future__ import annotations

from tests.conformance.openapi import OpenApi

MILLISECONDS = "epoch milliseconds need 64 bits; the file says int32"
UNTYPED = "the file says object where a number stands"
TEXT = "plain text, of which the file says no more than that"

SPEC = OpenApi(
    "iterable",
    "api_v1.readonly.swagger.json",
    used={
        "campaigns",
        "GET /api/campaigns/metrics",
        "getTemplates",
        "getEmailTemplate",
        "getSMSTemplate",
        "getJourneys",
        "getLists",
        "getUsers",
        "channels",
        "messageTypes",
        "list tables",
        "exportProjectForgottenUsers",
        "exportProjectForgottenUserIds",
        "startExport",
        "getExportFiles",
        "exportDataJson",
    },
    exceptions={
        "#/components/schemas/CampaignDetails/properties/createdAt/format": MILLISECONDS,
        "#/components/schemas/CampaignDetails/properties/updatedAt/format": MILLISECONDS,
        "#/components/schemas/CampaignDetails/properties/startAt/format": MILLISECONDS,
        "#/components/schemas/CampaignDetails/properties/endedAt/format": MILLISECONDS,
        "#/components/schemas/ListDetails/properties/createdAt/format": MILLISECONDS,
        "#/components/schemas/MessageTypeDetails/properties/createdAt/format": MILLISECONDS,
        "#/components/schemas/MessageTypeDetails/properties/updatedAt/format": MILLISECONDS,
        "#/components/schemas/JourneyDetails/properties/createdAt/format": MILLISECONDS,
        "#/components/schemas/JourneyDetails/properties/updatedAt/format": MILLISECONDS,
        "#/components/schemas/CampaignsResponse/properties/totalCampaignsCount": UNTYPED,
        "#/components/schemas/GetTemplatesResponse/properties/totalTemplatesCount": UNTYPED,
        "#/paths/~1api~1campaigns~1metrics/get/parameters/0/schema/items": UNTYPED,
        "#/paths/~1api~1templates/get/parameters/0/schema/enum": "its own default is not in it",
        "getUsers response": TEXT,
        "exportDataJson response": TEXT,
        "GET /api/campaigns/metrics response": TEXT,
        "* 401": "any request may be refused with it",
        "* 429": "any request may be refused with it",
        "GET /_storage/*": "the files lie with another host, which the file does not tell of",
    },
)
