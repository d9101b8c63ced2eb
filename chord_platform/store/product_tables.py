"""The store's tables of product sync: tenants, links between the two sides, what each sync did.

Belongs here: columns and keys.
Does not belong here: rules (`chord_platform/products/`), deliveries (`delivery_tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa

from chord_platform.store.tables import NAME_LENGTH, UtcDateTime, metadata

SIDE_ID = 64
"""A Contentful id has at most 64 characters, Shopify's global ids fewer."""

# `wanted`: the options as the file said them, secrets by reference. Of the key only a hash is kept.
tenants = sa.Table(
    "tenants",
    metadata,
    sa.Column("name", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("wanted", sa.JSON, nullable=False),
    sa.Column("shop_domain", sa.String(200), nullable=False, unique=True),
    sa.Column("key_hash", sa.String(64), nullable=False),
    sa.Column("key_made_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
)

tenant_versions = sa.Table(
    "tenant_versions",
    metadata,
    sa.Column("tenant", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("wanted", sa.JSON, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
)

tenant_secrets = sa.Table(
    "tenant_secrets",
    metadata,
    sa.Column("tenant", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("field", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
)

# One product on both sides. `pending`: the side a sync was carrying over when it was last begun;
# still there, it died between its writes, and what it wrote comes back as if somebody had.
product_links = sa.Table(
    "product_links",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("tenant", sa.String(NAME_LENGTH), nullable=False),
    sa.Column("contentful_id", sa.String(SIDE_ID)),
    sa.Column("shopify_id", sa.String(SIDE_ID)),
    sa.Column("contentful_fingerprint", sa.String(64), nullable=False, server_default=""),
    sa.Column("shopify_fingerprint", sa.String(64), nullable=False, server_default=""),
    sa.Column("linked_variants", sa.JSON, nullable=False),
    sa.Column("marks", sa.JSON, nullable=False),
    sa.Column("pending", sa.String(16)),
    sa.Column("synced_at", UtcDateTime),
    sa.UniqueConstraint("tenant", "contentful_id"),
    sa.UniqueConstraint("tenant", "shopify_id"),
)

# A deleted variant's entry names no product any more, and its webhook names only the entry.
product_variant_entries = sa.Table(
    "product_variant_entries",
    metadata,
    sa.Column("tenant", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("contentful_id", sa.String(SIDE_ID), primary_key=True),
    sa.Column(
        "link",
        sa.String(36),
        sa.ForeignKey("product_links.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
)

# Shopify forgets which address a picture was made from.
product_pictures = sa.Table(
    "product_pictures",
    metadata,
    sa.Column("tenant", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("media_id", sa.String(SIDE_ID), primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
)

product_syncs = sa.Table(
    "product_syncs",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("tenant", sa.String(NAME_LENGTH), nullable=False),
    sa.Column("ref", sa.String(100), nullable=False),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("contentful_id", sa.String(SIDE_ID), nullable=False, server_default=""),
    sa.Column("shopify_id", sa.String(SIDE_ID), nullable=False, server_default=""),
    sa.Column("called", sa.Text, nullable=False),
    sa.Column("result", sa.String(24), nullable=False),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("refusals", sa.JSON, nullable=False),
    sa.Column("links", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("next_step", sa.Text, nullable=False, server_default=""),
    sa.Column("is_conflict", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Index("ix_product_syncs_tenant_started_at", "tenant", "started_at"),
    sa.Index("ix_product_syncs_tenant_contentful_id", "tenant", "contentful_id"),
    sa.Index("ix_product_syncs_tenant_shopify_id", "tenant", "shopify_id"),
)
