"""Whether a value fits a schema, told by a compiled validator: most values do, and then nobody has
to say why not. What does not fit is judged again by the slower one, which says where and why.

Belongs here: schemas compiled, OpenAPI 3.0's own words put into JSON Schema's. Does not belong
here: messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs


def compiled(schema: Any, *, formats: bool = False) -> Any:
    """Of JSON Schema 2020-12 or, where the schema says so, of its own draft."""
    return jsonschema_rs.validator_for(schema, validate_formats=formats)


def of_openapi(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """`components` is the file's part that `#/components/...` leads into."""
    whole = as_json_schema({**schema, "components": components})
    return compiled(whole, formats=True)


def as_json_schema(node: Any) -> Any:
    """`nullable` and the two boolean limits are OpenAPI 3.0's alone."""
    if isinstance(node, list):
        return [as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {name: as_json_schema(value) for name, value in node.items()}
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive):
            made[exclusive] = made.pop(limit)
    if made.get("nullable") is True:
        made.pop("nullable")
        return {"anyOf": [{"type": "null"}, made]}
    return made
