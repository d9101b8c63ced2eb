"""What the connector is called and how its address is written.

Belongs here: words that the form and the drivers share. Does not belong here: anything that loads a
driver: the catalog reads this.
"""

from __future__ import annotations

CONNECTOR_NAME = "chord_oms"
ADDRESS = r"postgres(?:ql)?://[^@/?\s]*/[^@/?\s]+(?:\?[^@\s]+)?"
ADDRESS_HELP = (
    "The database's address: postgresql://host:port/database, or for a socket"
    " postgresql:///database?host=/folder. User and password have their own fields."
)
