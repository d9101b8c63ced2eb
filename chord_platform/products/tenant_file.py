"""A file of tenants: what it asks for, checked as a whole before anything changes.

Belongs here: reading and refusing the file. Does not belong here: keeping tenants (`tenants.py`).

    tenants:
      my_company_production:
        allowed_origins: [contentful, shopify]
        description: true
        tags: true
        contentful:
          space_id: 4Zx0
          management_token: env:CONTENTFUL_TOKEN     # or seal:CONTENTFUL_TOKEN
        shopify:
          shop: my-company
          sync_mode: denylist
          admin_token: env:SHOPIFY_TOKEN
        slack_webhook_url: env:SLACK_URL
        gateway_url: https://gateway.my-company.com
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slugify import slugify

from chord_platform.errors import TenantRefused
from chord_platform.products.options import SyncMode, SyncOptions, WeightUnit
from chord_platform.products.sync_product import Side
from chord_platform.products.tenant import ENV, SEAL, SHOP_SUFFIX
from chord_platform.store.tables import NAME_LENGTH

FLAGS = (
    "description",
    "tags",
    "debug",
    "follow_status",
    "delete",
    "resurrect",
    "publish_drafts",
    "repair_drift",
)
SECTIONS = {
    "contentful": (
        "space_id",
        "environment_id",
        "management_token",
        "signing_secret",
        "is_own_user",
        "base_url",
    ),
    "shopify": ("shop", "sync_mode", "admin_token", "client_secret", "webhook_secret", "base_url"),
}
SECRETS = (
    "contentful.management_token",
    "contentful.signing_secret",
    "shopify.admin_token",
    "shopify.client_secret",
    "shopify.webhook_secret",
    "slack_webhook_url",
)
REQUIRED = ("contentful.space_id", "contentful.management_token", "shopify.shop")
OWN = (*FLAGS, "allowed_origins", "weight_unit", "slack_webhook_url", "gateway_url", *SECTIONS)
VARIABLE = re.compile(r"(env|seal):[A-Za-z_][A-Za-z0-9_]*")
SPACE_ID = re.compile(r"[A-Za-z0-9\-_.]{1,64}")
SHOP = re.compile(r"[a-z0-9][a-z0-9\-]*")
ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """values: every option of the file in its plain form, `shopify.sync_mode` and the like; what
    the file leaves out has its default and is not here."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shop_domain(self) -> str:
        return f"{self.values['shopify.shop']}{SHOP_SUFFIX}"

    @property
    def environment(self) -> str:
        environment = self.values.get("contentful.environment_id", "master")
        return f"{self.values['contentful.space_id']}/{environment}"

    @property
    def sealed(self) -> tuple[str, ...]:
        return tuple(one for one in SECRETS if str(self.values.get(one, "")).startswith(SEAL))


def read_file(path: Path) -> list[Wanted]:
    """Raises:
    TenantRefused: something in it cannot be right; all faults at once.
    """
    found: dict[str, Wanted] = {}
    faults: list[str] = []
    for name, entry in entries_of(path).items():
        problems: list[str] = []
        wanted = read_one(name, entry, problems)
        if wanted.name in found:
            problems.append("another tenant of the file comes to the same name")
        found[wanted.name] = wanted
        faults += [f"{name}: {problem}." for problem in problems]
    if not faults:
        faults += one_to_many(list(found.values()))
    if faults:
        raise TenantRefused("\n  ".join([f"{path} was not applied.", *faults]))
    return list(found.values())


def entries_of(path: Path) -> Mapping[str, Any]:
    """Every value as the text that stands there: in plain YAML, Norway (NO) would be false."""
    import yaml

    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except OSError as error:
        raise TenantRefused(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise TenantRefused(f"{path} is not UTF-8 text.") from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}, column {place.column + 1}" if place else ""
        what = getattr(error, "problem", None) or "it cannot be parsed"
        raise TenantRefused(f"{path}{where} is not YAML: {what}.") from error
    entries = content.get("tenants") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise TenantRefused(
            f"{path} names no tenants.",
            hint="It begins with `tenants:`, and under it each tenant's name.",
        )
    return entries


def read_one(name: str, entry: Any, problems: list[str]) -> Wanted:
    made = slugify(str(name), separator="_")
    if not made or len(made) > NAME_LENGTH:
        problems.append(f"a name has letters, digits and _, at most {NAME_LENGTH}")
    if not isinstance(entry, dict):
        problems.append("it has no options")
        return Wanted(name=made)
    if problem := several_sides(entry):
        problems.append(problem)
        return Wanted(name=made)
    values: dict[str, Any] = {}
    for key, value in entry.items():
        if key not in OWN:
            problems.append(f"there is no option {key}; there are {', '.join(OWN)}")
        elif key in SECTIONS:
            section(key, value, values, problems)
        else:
            values[key] = accepted(key, value, problems)
    for key in REQUIRED:
        if key not in values:
            problems.append(f"{key} is missing")
    for key, value in values.items():
        if isinstance(value, str) and not value:
            problems.append(f"{key} is empty")
    return Wanted(name=made, values=values)


def several_sides(entry: Mapping[str, Any]) -> str:
    """One CMS with one OMS, and nothing else."""
    many = [name for name in SECTIONS if isinstance(entry.get(name), list)]
    if many == ["contentful"] and "shopify" not in entry:
        return "it pairs a CMS with a CMS; a tenant is one contentful and one shopify"
    if len(many) == 2:
        return "it pairs several with several; a tenant is one contentful and one shopify"
    if many:
        return f"it has several {many[0]}: one-to-many is not supported. Write one tenant for each"
    if "contentful" in entry and "shopify" not in entry:
        return "it has no shopify: a CMS is paired with an OMS"
    if "shopify" in entry and "contentful" not in entry:
        return "it has no contentful: an OMS is paired with a CMS"
    return ""


def section(name: str, given: Any, values: dict[str, Any], problems: list[str]) -> None:
    if not isinstance(given, dict):
        problems.append(f"{name} is names with values: {', '.join(SECTIONS[name])}")
        return
    for key, value in given.items():
        if key not in SECTIONS[name]:
            known = ", ".join(SECTIONS[name])
            problems.append(f"{name} has no option {key}; it has {known}")
        else:
            values[f"{name}.{key}"] = accepted(f"{name}.{key}", value, problems)


def accepted(key: str, value: Any, problems: list[str]) -> Any:
    try:
        return READERS.get(key, a_text)(key, value)
    except ValueError as problem:
        problems.append(str(problem))
        return "?"


def a_text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{key} is one text, not a list")
    return value.strip()


def a_truth(key: str, value: Any) -> bool:
    if value not in TRUTHS:
        raise ValueError(f"{key} is true or false, not {value!r}")
    return TRUTHS[value]


def a_secret(key: str, value: Any) -> str:
    text = a_text(key, value)
    if not VARIABLE.fullmatch(text):
        raise ValueError(
            f"{key} stands in the open, or is no reference: put it into an environment variable "
            f"and write {ENV}VARIABLE, or {SEAL}VARIABLE to keep it sealed in the store"
        )
    return text


def origins(key: str, value: Any) -> list[str]:
    given = value if isinstance(value, list) else [value]
    sides = [side.value for side in Side]
    if not given or any(one not in sides for one in given):
        raise ValueError(f"{key} is a list of {' and '.join(sides)}")
    return sorted(set(given))


def one_of(choices: list[str]) -> Callable[[str, Any], str]:
    def read(key: str, value: Any) -> str:
        found = {one.casefold(): one for one in choices}.get(a_text(key, value).casefold())
        if found is None:
            raise ValueError(f"{key} is one of {', '.join(choices)}, not {value!r}")
        return found

    return read


def like(pattern: re.Pattern[str], what: str) -> Callable[[str, Any], str]:
    def read(key: str, value: Any) -> str:
        text = a_text(key, value)
        if not pattern.fullmatch(text):
            raise ValueError(f"{key} is {what}, not {value!r}")
        return text

    return read


def a_shop(key: str, value: Any) -> str:
    text = a_text(key, value).lower().removeprefix("https://").rstrip("/")
    text = text.removesuffix(SHOP_SUFFIX)
    if not SHOP.fullmatch(text):
        raise ValueError(f"{key} is the shop's name, as in NAME{SHOP_SUFFIX}, not {value!r}")
    return text


READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(FLAGS, a_truth),
    **dict.fromkeys(SECRETS, a_secret),
    "contentful.is_own_user": a_truth,
    "allowed_origins": origins,
    "weight_unit": one_of([one.value for one in WeightUnit]),
    "shopify.sync_mode": one_of([one.value for one in SyncMode]),
    "shopify.shop": a_shop,
    "contentful.space_id": like(SPACE_ID, "a space's id"),
    "contentful.environment_id": like(SPACE_ID, "an environment's id"),
    "gateway_url": like(ADDRESS, "an address such as https://gateway.example.com"),
    "contentful.base_url": like(ADDRESS, "an address"),
    "shopify.base_url": like(ADDRESS, "an address"),
}


def one_to_many(tenants: list[Wanted]) -> list[str]:
    """Across tenants: a shop or an environment that two of them name."""
    faults = []
    shops: dict[str, str] = {}
    environments: dict[str, str] = {}
    for one in tenants:
        for taken, place in ((shops, one.shop_domain), (environments, one.environment)):
            if place in taken:
                faults.append(
                    f"{one.name}: {place} belongs to {taken[place]} already: one-to-many is "
                    "not supported."
                )
            taken[place] = one.name
    return faults


def options_of(values: Mapping[str, Any]) -> SyncOptions:
    plain = {name: values[name] for name in FLAGS if name in values}
    if "allowed_origins" in values:
        plain["allowed_origins"] = frozenset(Side(one) for one in values["allowed_origins"])
    if "weight_unit" in values:
        plain["weight_unit"] = WeightUnit(values["weight_unit"])
    if "shopify.sync_mode" in values:
        plain["mode"] = SyncMode(values["shopify.sync_mode"])
    return SyncOptions(**plain)
