"""Zendesk: our exchanges against its OpenAPI file of April 2025.

Belongs here: which operations we use, and where that file is loose or wrong. Does not belong here:
the comparison (`openapi.py`).
"""

from __future__ import annotations

from tests.conformance.openapi import OpenApi

PAGED = "cursor pagination, described in the operation's text and in Zendesk's page on pagination"

SPEC = OpenApi(
    "zendesk",
    "support_api.readonly.openapi.json",
    exceptions={
        "* null": "recorded records carry nulls where the file names a type (its SOURCE.md)",
        **{
            f"* {status}": "refusals are told in words only" for status in (400, 401, 403, 422, 429)
        },
        "* ?page[size]": PAGED,
        "* ?page[after]": PAGED,
        "* /meta": PAGED,
        "* /links": PAGED,
        "IncrementalTicketExportCursor ?per_page": "left out of the file (its SOURCE.md)",
        "IncrementalTicketExportCursor ?include": "sideloads are told on a page of their own",
        "IncrementalTicketExportCursor /tickets/*/metric_set": "what include=metric_sets adds",
        "#/components/parameters/IncrementalUnixTime/required": "a cursor stands for it",
        "IncrementalTicketEvents ?include": "told in the operation's text, not as a parameter",
        "IncrementalTicketEvents /ticket_events/*": "the file gives the metric events' schema here;"
        " the operation's text shows child_events",
        "ListSatisfactionRatings ?start_time": "told in the operation's text, not as a parameter",
        "#/components/parameters/UserId/required": "a path parameter that the list's path lacks",
        "#/components/parameters/GroupId/required": "a path parameter that the list's path lacks",
    },
    used={
        "IncrementalTicketExportCursor",
        "IncrementalUserExportCursor",
        "IncrementalOrganizationExport",
        "IncrementalTicketEvents",
        "ListTicketMetricEvents",
        "ListSatisfactionRatings",
        "CountSatisfactionRatings",
        "ListGroups",
        "ListGroupMemberships",
        "ListBrands",
        "ListTicketFields",
        "CountTicketFields",
        "ListTicketForms",
        "ListUserFields",
        "ListOrganizationFields",
        "ListOrganizationMemberships",
        "ListMacros",
        "ListSLAPolicies",
        "ListCustomStatuses",
        "ListTags",
        "ShowAccountSettings",
    },
)
