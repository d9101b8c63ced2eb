"""How a connection's webhooks look in the terminal.

Belongs here: that screen. Does not belong here: registering (`chord_platform.shop_webhooks`).
"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chord_platform.shop_webhooks.registering import Registered


def screen(seen: Registered) -> RenderableType:
    table = Table()
    table.add_column("topic")
    table.add_column("")
    states = {
        **{topic: Text("registered", style="green") for topic in seen.present},
        **{topic: Text("registered now", style="green") for topic in seen.made},
        **{topic: Text("moved to the new address", style="green") for topic in seen.moved},
        **{topic: Text("missing", style="red") for topic in seen.missing},
        **{topic: Text(f"refused: {why}", style="yellow") for topic, why in seen.refused.items()},
    }
    for topic, state in sorted(states.items()):
        table.add_row(topic, state)
    parts: list[RenderableType] = [
        Text(f"Address: {seen.address}"),
        Text(f"Source:  {seen.source or 'none yet: --source NAME'}"),
        table,
    ]
    if seen.reconciled is not None:
        parts.append(Text(f"{seen.reconciled} events of what changed were handed over again."))
    return Group(*parts)
