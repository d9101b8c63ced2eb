"""How tenants of product sync look in the terminal.

Belongs here: tables and screens of tenants. Does not belong here: asking for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from chord_platform.cli.presentation import words
from chord_platform.cli.presentation.connection_views import grid, indented, new_table

if TYPE_CHECKING:
    from chord_platform.products.findings import Checked, Finding
    from chord_platform.products.tenant import Tenant
    from chord_platform.products.tenants import Applied

SIGNS = {"add": ("+", "green"), "change": ("~", "yellow"), "same": ("=", "dim")}
LEVELS = {
    "ok": ("✓", "green"),
    "fixed": ("+", "green"),
    "warning": ("!", "yellow"),
    "wrong": ("✗", "red"),
}


def applied_screen(applied: Sequence[Applied]) -> RenderableType:
    parts: list[RenderableType] = []
    for one in applied:
        sign, style = SIGNS[one.kind]
        told = ", ".join(one.differences) or "as it should be"
        parts.append(Text.assemble((f"{sign} ", style), (one.name, "bold"), f": {told}"))
        if one.key:
            parts.append(Text.assemble("  key, shown this once: ", (one.key, "bold")))
    if any(one.key for one in applied):
        parts.append(Text("\nNext: chord tenants check NAME --fix", style="dim"))
    return Group(*parts)


def listing(tenants: Sequence[Tenant]) -> RenderableType:
    if not tenants:
        return Text("No tenant yet. Make them from a file: chord tenants apply FILE.yaml")
    table = new_table("Name", "Contentful", "Shopify", "Origins", "Options", "Version")
    table.columns[-2].no_wrap = False
    for one in tenants:
        table.add_row(
            Text(one.name, style="bold"),
            f"{one.space_id}/{one.environment_id}",
            one.shop_domain,
            ", ".join(sorted(one.options.allowed_origins)),
            switched_on(one) or words.NONE,
            str(one.version),
        )
    return table


def switched_on(tenant: Tenant) -> str:
    options = tenant.options
    flags = {
        "description": options.description,
        "tags": options.tags,
        "debug": options.debug,
        "follows status": options.follow_status,
        "deletes": options.delete,
        "resurrects": options.resurrect,
        "publishes drafts": options.publish_drafts,
        "allowlist": options.mode.value == "allowlist",
    }
    return ", ".join(name for name, is_on in flags.items() if is_on)


def details(tenant: Tenant, versions: Sequence[Mapping[str, Any]]) -> RenderableType:
    facts: list[tuple[str, RenderableType]] = [
        ("Contentful", f"{tenant.space_id}/{tenant.environment_id}"),
        ("Shopify", tenant.shop_domain),
        ("Origins", ", ".join(sorted(tenant.options.allowed_origins))),
        ("Switched on", switched_on(tenant) or words.NONE),
        ("Sync mode", tenant.options.mode.value),
        ("Weight unit", tenant.options.weight_unit.value),
        ("Webhooks go to", tenant.sync_url or words.NONE),
        *((f"Secret {name}", place) for name, place in sorted(tenant.references.items())),
        ("Key made", f"{tenant.key_made_at:%Y-%m-%d %H:%M} UTC"),
    ]
    past = [
        Text(f"{one['version']:>3}  {one['changed_at']:%Y-%m-%d %H:%M} UTC  {one['changed_by']}")
        for one in versions
    ]
    return Group(
        Text(tenant.name, style="bold"), indented(grid(dict(facts))), Text("Versions"), *past
    )


def findings(checked: Checked) -> RenderableType:
    parts: list[RenderableType] = [Text(checked.tenant, style="bold")]
    parts += [line for one in checked.findings for line in finding(one)]
    if checked.new_key:
        parts.append(
            Text.assemble(
                "\nIts new key, in the webhook's header already, shown this once: ",
                (checked.new_key, "bold"),
            )
        )
    if any(one.is_fixable and one.level.value != "fixed" for one in checked.findings):
        parts.append(Text(f"\nNext: chord tenants check {checked.tenant} --fix", style="dim"))
    return Group(*parts)


def finding(one: Finding) -> list[Text]:
    sign, style = LEVELS[one.level.value]
    lines = [
        Text.assemble((f"{sign} ", style), (f"{one.where}, {one.subject}: ", "bold"), one.text)
    ]
    if one.next_step and not one.is_fixable:
        lines.append(Text(f"  {one.next_step}", style="dim"))
    return lines
