"""What of an IP address is kept.

Belongs here: the policies, and which of two is the stricter. Does not belong here: who sets them.
"""

from __future__ import annotations

import ipaddress

from chord_platform.events.source import IpPolicy

STRICTNESS: tuple[IpPolicy, ...] = ("keep", "strip_last_octet", "remove")
ASKED: dict[str, IpPolicy] = {"remove": "remove", "striplastoctet": "strip_last_octet"}
"""What Jitsu's client asks for by `X-IP-Policy`; anything else is `keep`."""

KEPT_BITS = {4: 24, 6: 48}
"""The last octet of IPv4; of IPv6 the network that a site gets: the rest may name a device."""


def stricter(of_source: IpPolicy, asked: str | None) -> IpPolicy:
    """Neither loosens the other: the visitor's wish holds, and so does the brand's rule."""
    if not asked:
        return of_source
    wished = ASKED.get(asked.strip().lower(), "keep")
    return wished if STRICTNESS.index(wished) > STRICTNESS.index(of_source) else of_source


def by_policy(address: str | None, policy: IpPolicy) -> str | None:
    if policy == "keep" or not address:
        return address or None
    if policy == "remove":
        return None
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None  # what is no address cannot be shortened
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    network = ipaddress.ip_network((known, KEPT_BITS[known.version]), strict=False)
    return str(network.network_address)
