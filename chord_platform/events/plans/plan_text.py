"""How a plan's files are written: a property on a line, so that a change is one line of a diff.

Belongs here: JSON text. Does not belong here: what it says (`file_format.py`).
"""

from __future__ import annotations

import json
from typing import Any

WIDTH = 100


def plan_text(value: Any) -> str:
    return f"{lines(value, indent='', used=0)}\n"


def lines(value: Any, *, indent: str, used: int) -> str:
    """used: columns that its name takes on the first line."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value:
        return short
    if len(indent) + used + len(short) < WIDTH and is_flat(value):
        return short
    below = indent + "  "
    if isinstance(value, list):
        parts = [f"{below}{lines(item, indent=below, used=0)}" for item in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    parts = []
    for name, item in value.items():
        key = f"{json.dumps(name, ensure_ascii=False)}: "
        parts.append(f"{below}{key}{lines(item, indent=below, used=len(key) + 1)}")
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"


def is_flat(value: dict[str, Any] | list[Any]) -> bool:
    """An object of one level, or a list of such."""
    below = value.values() if isinstance(value, dict) else value
    if not any(isinstance(item, dict) for item in below):
        return True
    return (
        all(
            isinstance(item, dict) and not any(isinstance(deep, dict) for deep in item.values())
            for item in below
        )
        and len(value) == 1
    )
