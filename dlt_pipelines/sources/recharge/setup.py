"""What a person sees when setting a Recharge connection up: fields and guide.

Belongs here: texts, and which scope opens what. Does not belong here: requests (`client.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import Field

ADDRESS = "https://api.rechargeapps.com"
PROBES = {
    "Store information": "/store",
    "Customers": "/customers",
    "Subscriptions": "/subscriptions",
    "Orders": "/orders",
    "Discounts": "/discounts",
    "Products": "/plans",
    "Payments": "/payment_methods",
    "Events": "/events",
}
"""By the scope's name on Recharge's page: the cheapest request that needs it."""

FIELDS = (
    Field(
        name="api_token",
        label="API token",
        help="Made under Tools & apps, API tokens, in Recharge; read access is enough.",
        secret=True,
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): the first sync reads what changed since then. Empty: all.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for Recharge itself. It begins with https://.",
        required=False,
        default=ADDRESS,
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. In Recharge open Tools & apps, then API tokens (a store owner may have to allow it), and choose
   "Create an API token". Give it a name, such as "Warehouse", and an e-mail for its notices.
2. Set these permissions to Read: Customers, Orders, Subscriptions, Products, Discounts, Payments,
   Store information, Events. Nothing needs Write. What a missing permission would show is left
   out, and a warning says so; without Events, deleted records stay.
3. Save, accept the warning, and copy the token.
4. chord connections add my_subscriptions --connector recharge \\
       --secret api_token=env:RECHARGE_API_TOKEN
"""
