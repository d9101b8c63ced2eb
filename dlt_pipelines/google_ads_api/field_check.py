"""Are the saved queries still good in this version of the API? Asked of Google's own field list.

Belongs here: comparing what is selected with what the vendor says can be selected together.
Does not belong here: when it is asked (`reading.py`: once for each version and set of queries).

Fields go: of 342 that a connector of 2023 asked for, 22 are gone. Found here, before anything is
read, such a field is named; found by a failing query, it would be one error among others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlt_pipelines.google_ads_api.queries import Query, Shape

ASKED = "SELECT name, category, selectable, attribute_resources, segments, metrics, selectable_with"


def fingerprint(version: str, shapes: Iterable[Shape]) -> str:
    """Changes with the version and with every query."""
    texts = [f"{shape.query.resource}: {', '.join(shape.query.fields)}" for shape in shapes]
    return f"{version} {hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:16]}"


def question(shapes: Iterable[Shape]) -> str:
    """The one query that tells of every field and resource of these."""
    names: set[str] = set()
    for shape in shapes:
        names |= {shape.query.resource, *shape.query.fields}
    quoted = ", ".join(f"'{name}'" for name in sorted(names))
    return f"{ASKED} WHERE name IN ({quoted})"


def complaints(
    shapes: Iterable[Shape], told: Iterable[Mapping[str, Any]]
) -> dict[str, tuple[str, ...]]:
    """By table, what its query may no longer ask for."""
    known = {field["name"]: field for field in told if "name" in field}
    found = {shape.table.name: tuple(of_query(shape.query, known)) for shape in shapes}
    return {table: messages for table, messages in found.items() if messages}


def of_query(query: Query, known: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    resource = known.get(query.resource)
    if resource is None:
        yield f"there is no {query.resource}"
        return
    attributed = {query.resource, *resource.get("attributeResources", ())}
    segments, metrics = set(resource.get("segments", ())), set(resource.get("metrics", ()))
    chosen_metrics = [name for name in query.fields if name.startswith("metrics.")]
    for name in query.fields:
        field = known.get(name)
        prefix = name.partition(".")[0]
        if field is None:
            yield f"there is no {name}"
        elif not field.get("selectable", False):
            yield f"{name} can no longer be selected"
        elif prefix == "metrics":
            if name not in metrics:
                yield f"{name} is not given for {query.resource}"
        elif prefix == "segments":
            if name not in segments:
                yield f"{name} does not divide {query.resource}"
            with_it = set(field.get("selectableWith", ()))
            for metric in chosen_metrics:
                if with_it and metric not in with_it:
                    yield f"{metric} is not given beside {name}"
        elif prefix not in attributed and prefix not in segments:
            yield f"{name} does not belong to {query.resource}"
