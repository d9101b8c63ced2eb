"""All of the store's tables together, as migrations and their test compare them.

Belongs here: one `metadata` that every file of tables has entered. Does not belong here: tables.
"""

from chord_platform.store import delivery_tables, event_tables, product_tables, tables

metadata = tables.metadata

__all__ = ["delivery_tables", "event_tables", "metadata", "product_tables", "tables"]
