"""A Swagger 2.0 file as OpenAPI 3.0, as far as reading paths need it.

Belongs here: the translation. Does not belong here: mending what a file says wrongly.
"""

from __future__ import annotations

from typing import Any

METHODS = ("get", "put", "post", "delete", "patch", "head")
JSON = "application/json"
OF_A_PARAMETER = ("name", "in", "required", "description", "allowEmptyValue")
COLLECTIONS = {"csv": False, "multi": True}


def as_openapi3(old: dict[str, Any]) -> dict[str, Any]:
    base = old.get("basePath", "/").rstrip("/")
    schemes = {name: _scheme(one) for name, one in old.get("securityDefinitions", {}).items()}
    new = {
        "openapi": "3.0.3",
        "info": old["info"],
        "servers": [{"url": f"https://{old.get('host', 'vendor.test')}{base}"}],
        "paths": {
            path: {
                method: _operation(item[method], old, shared=item.get("parameters", []))
                for method in METHODS
                if method in item
            }
            for path, item in old["paths"].items()
        },
        "components": {"schemas": old.get("definitions", {}), "securitySchemes": schemes},
    }
    if "security" in old:
        new["security"] = old["security"]
    return _with_new_pointers(new)


def _operation(old: dict[str, Any], file: dict[str, Any], *, shared: list[Any]) -> dict[str, Any]:
    new = {word: old[word] for word in ("operationId", "summary", "security") if word in old}
    parameters = [_resolved(one, file) for one in [*shared, *old.get("parameters", [])]]
    new["parameters"] = [_parameter(one) for one in parameters if one["in"] in _PLACES]
    bodies = [one for one in parameters if one["in"] == "body"]
    if bodies:
        kinds = old.get("consumes") or file.get("consumes") or [JSON]
        new["requestBody"] = {
            "required": bodies[0].get("required", False),
            "content": {kind: {"schema": bodies[0].get("schema", {})} for kind in kinds},
        }
    kinds = old.get("produces") or file.get("produces") or [JSON]
    new["responses"] = {
        status: _response(_resolved(one, file), kinds) for status, one in old["responses"].items()
    }
    return new


_PLACES = ("query", "header", "path")


def _parameter(old: dict[str, Any]) -> dict[str, Any]:
    new = {word: old[word] for word in OF_A_PARAMETER if word in old}
    new["schema"] = {word: one for word, one in old.items() if word not in OF_A_PARAMETER}
    if old["in"] == "query" and old.get("type") == "array":
        new["style"] = "form"
        new["explode"] = COLLECTIONS[new["schema"].pop("collectionFormat", "csv")]
    return new


def _response(old: dict[str, Any], kinds: list[str]) -> dict[str, Any]:
    new: dict[str, Any] = {"description": old.get("description", "")}
    if "schema" in old:
        new["content"] = {kind: {"schema": old["schema"]} for kind in kinds}
    return new


def _scheme(old: dict[str, Any]) -> dict[str, Any]:
    return {"type": "http", "scheme": "basic"} if old["type"] == "basic" else old


def _resolved(one: dict[str, Any], file: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in one:
        return one
    _, kind, name = one["$ref"].split("/")
    return file[kind][name]


def _with_new_pointers(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_new_pointers(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: one.replace("#/definitions/", "#/components/schemas/")
        if name == "$ref" and isinstance(one, str)
        else _with_new_pointers(one)
        for name, one in value.items()
    }
