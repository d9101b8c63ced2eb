"""The emulator's one page for people: which vendors there are and what they can be told to do.

Belongs here: that page. Does not belong here: anything a connector reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from vendor_emulator.faults import FAULTS

if TYPE_CHECKING:
    from vendor_emulator.business import Business
    from vendor_emulator.vendors import Vendor

STYLE = (
    "body{font:16px/1.5 system-ui;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}"
    "code{background:#f2f2f2;padding:0 .3em}dt{font-family:monospace}"
    "dd{margin:0 0 .3rem 1.5rem;color:#555}"
)


def index_page(vendors: Mapping[str, Vendor], url: str, business: Business) -> str:
    sections = "".join(
        f"<h2>{escape(vendor.title)}</h2><p><code>{escape(url)}/{escape(name)}</code></p>"
        f"<p>{' '.join(f'<code>{escape(path)}</code>' for path in vendor.paths)}</p>"
        f"<dl>{_terms(vendor.faults)}</dl>"
        for name, vendor in vendors.items()
    )
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>Emulated vendors</title><style>{STYLE}</style></head><body>"
        f"<h1>Emulated vendors of {escape(business.name)}</h1>"
        f"<p>{business.order_count} orders up to {business.today}, seed {business.seed}.</p>"
        f"{sections}<h2>Faults that every vendor can be told to have</h2>"
        f"<dl>{_terms(FAULTS)}</dl>"
        f"<p>From another process: <code>POST /_emulator/faults</code> with "
        f"<code>{{&quot;match&quot;: &quot;orders&quot;, &quot;steps&quot;: [429, 503]}}</code>, "
        f"<code>POST /_emulator/clear</code>, <code>POST /_emulator/next-day</code>, "
        f"<code>GET /_emulator/requests</code>, <code>GET /_emulator/credentials</code>.</p>"
        f"</body></html>"
    )


def _terms(named: Mapping[str, str]) -> str:
    return "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(what)}</dd>" for name, what in named.items()
    )
