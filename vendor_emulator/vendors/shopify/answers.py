"""The vendor's words for what went wrong.

Belongs here: bodies and statuses of refusals. Does not belong here: deciding to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from vendor_emulator.vendors import Answer, json_answer

RATE_LIMITS = "https://shopify.dev/api/usage/rate-limits"

# graphql-core's sentences, and how the vendor says the same: text, code, names of the parts.
STATIC_ERRORS: tuple[tuple[re.Pattern[str], str, str, tuple[str, ...]], ...] = (
    (
        re.compile(r"Cannot query field '(\w+)' on type '(\w+)'"),
        "Field '{0}' doesn't exist on type '{1}'",
        "undefinedField",
        ("fieldName", "typeName"),
    ),
    (
        re.compile(r"Unknown argument '(\w+)' on field '(\w+)\.(\w+)'"),
        "Field '{2}' doesn't accept argument '{0}'",
        "argumentNotAccepted",
        ("argumentName", "typeName", "name"),
    ),
    (
        re.compile(r"Field '(\w+)' argument '(\w+)' of type '[^']+' is required"),
        "Field '{0}' is missing required arguments: {1}",
        "missingRequiredArguments",
        ("name", "arguments"),
    ),
    (
        re.compile(r"Field '(\w+)' of type '([^']+)' must have a selection of subfields"),
        "Field must have selections (field '{0}' returns {1} but has no selections)",
        "selectionMismatch",
        ("fieldName", "typeName"),
    ),
    (
        re.compile(r"Variable '\$(\w+)' is not defined"),
        "Variable ${0} is used but not declared",
        "variableNotDefined",
        ("variableName",),
    ),
    (
        re.compile(r"Variable '\$(\w+)' is never used"),
        "Variable ${0} is declared but not used",
        "variableNotUsed",
        ("variableName",),
    ),
    (
        re.compile(
            r"Variable '\$(\w+)' of type '([^']+)' used in position expecting type '([^']+)'"
        ),
        "Type mismatch on variable ${0} ({1} / {2})",
        "variableMismatch",
        ("variableName", "typeName", "argumentName"),
    ),
    (
        re.compile(r"Unknown type '(\w+)'"),
        "{0} isn't a defined type",
        "undefinedType",
        ("typeName",),
    ),
)


def invalid(errors: list[GraphQLError], operation: str) -> dict[str, Any]:
    return {"errors": [_static(error, operation) for error in errors]}


def _static(error: GraphQLError, operation: str) -> dict[str, Any]:
    locations = [{"line": one.line, "column": one.column} for one in error.locations or []]
    for pattern, sentence, code, names in STATIC_ERRORS:
        if match := pattern.search(error.message):
            parts = dict(zip(names, match.groups(), strict=False))
            return {
                "message": sentence.format(*match.groups()),
                "locations": locations,
                "path": [operation],
                "extensions": {"code": code, **parts},
            }
    return {"message": error.message, "locations": locations, "extensions": {"code": "invalid"}}


def unparsable(error: GraphQLError) -> dict[str, Any]:
    locations = [{"line": one.line, "column": one.column} for one in error.locations or []]
    message = error.message.removeprefix("Syntax Error: ")
    return {"errors": [{"message": f"syntax error, {message}", "locations": locations}]}


def bad_variables(errors: list[GraphQLError]) -> dict[str, Any]:
    told = []
    for error in errors:
        match = re.match(r"Variable '\$(\w+)' (.*)", error.message, re.DOTALL)
        name, why = match.groups() if match else ("", error.message)
        told.append(
            {
                "message": f"Variable ${name} was provided invalid value",
                "locations": [
                    {"line": one.line, "column": one.column} for one in error.locations or []
                ],
                "extensions": {
                    "code": "INVALID_VARIABLE",
                    "problems": [{"path": [], "explanation": why}],
                },
            }
        )
    return {"errors": told}


def too_dear(cost: int, limit: int) -> dict[str, Any]:
    message = (
        f"Query cost is {cost}, which exceeds the single query max cost limit ({limit}).\n\n"
        f"See {RATE_LIMITS} for more information on how the cost of a query is calculated.\n\n"
        "To query larger amounts of data with fewer limits, bulk operations should be used "
        "instead.\n"
    )
    extensions = {
        "code": "MAX_COST_EXCEEDED",
        "cost": cost,
        "maxCost": limit,
        "documentation": RATE_LIMITS,
    }
    return {"errors": [{"message": message, "extensions": extensions}]}


def throttled(requested: int, status: Mapping[str, Any]) -> dict[str, Any]:
    extensions = {"code": "THROTTLED", "documentation": RATE_LIMITS}
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}
    return {
        "errors": [{"message": "Throttled", "extensions": extensions}],
        "extensions": {"cost": cost},
    }


def expired_cursor(field: str) -> dict[str, Any]:
    return {
        "errors": [
            {
                "message": "Invalid cursor for current pagination sort.",
                "locations": [{"line": 1, "column": 1}],
                "path": [field],
                "extensions": {"code": "BAD_REQUEST"},
            }
        ],
        "data": None,
    }


def internal_error(request_id: str) -> dict[str, Any]:
    message = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {request_id} (include this in support requests)."
    )
    extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    return {"errors": [{"message": message, "extensions": extensions}]}


UNAUTHORIZED = json_answer(
    {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"},
    status=401,
)
NOT_FOUND = json_answer({"errors": "Not Found"}, status=404)
BAD_REQUEST = json_answer({"errors": "Required parameter missing or invalid"}, status=400)
GONE = Answer(
    status=403,
    body=b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code>"
    b"<Message>The provided token has expired.</Message></Error>",
    media_type="application/xml; charset=UTF-8",
)

STATUSES: dict[str, Answer] = {
    "401": UNAUTHORIZED,
    "402": json_answer({"errors": "Unavailable Shop"}, status=402),
    "403": json_answer({"errors": "User does not have access"}, status=403),
    "404": NOT_FOUND,
    "423": json_answer({"errors": "Shop is locked"}, status=423),
    "429": json_answer(
        {"errors": "Exceeded 2 calls per second for api client. Reduce request rates to resume."},
        status=429,
        Retry_After="2.0",
    ),
    "500": json_answer({"errors": "Internal Server Error"}, status=500),
    "502": Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", {}, "text/html"),
    "503": Answer(503, b"<html><body>Service Unavailable</body></html>", {}, "text/html"),
    "504": json_answer(
        {"errors": "This request takes too long to process, and has been terminated."}, status=504
    ),
}
