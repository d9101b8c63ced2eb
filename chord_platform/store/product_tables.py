"""The store's tables of product sync: tenants, links between the two sides, what each sync did.

Belongs here: columns and keys.
Does not belong here: rules (`chord_platform/products/`), deliveries (`delivery_tables.py`).
"""

from __future__ import annotations
