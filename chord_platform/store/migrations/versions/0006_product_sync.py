"""Tenants of product sync, links between both sides, what each sync did.

Belongs here: this step's tables. Does not belong here: what they are for (`store/*_tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chord_platform.store.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_tenant_tables()
    make_sync_tables()


def downgrade() -> None:
    for table in ("product_variant_entries", "product_links", "product_pictures", "product_syncs"):
        op.drop_table(table)
    for table in ("tenant_secrets", "tenant_versions", "tenants"):
        op.drop_table(table)


def make_tenant_tables() -> None:
    op.create_table(
        "tenants",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("shop_domain", sa.String(length=200), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("key_made_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tenants")),
        sa.UniqueConstraint("shop_domain", name=op.f("uq_tenants_shop_domain")),
    )
    op.create_table(
        "tenant_versions",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "version", name=op.f("pk_tenant_versions")),
    )
    op.create_table(
        "tenant_secrets",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "field", name=op.f("pk_tenant_secrets")),
    )


def make_sync_tables() -> None:
    op.create_table(
        "product_links",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("contentful_id", sa.String(length=64), nullable=True),
        sa.Column("shopify_id", sa.String(length=64), nullable=True),
        sa.Column(
            "contentful_fingerprint", sa.String(length=64), server_default="", nullable=False
        ),
        sa.Column("shopify_fingerprint", sa.String(length=64), server_default="", nullable=False),
        sa.Column("linked_variants", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("pending", sa.String(length=16), nullable=True),
        sa.Column("synced_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_links")),
        sa.UniqueConstraint(
            "tenant", "contentful_id", name=op.f("uq_product_links_tenant_contentful_id")
        ),
        sa.UniqueConstraint(
            "tenant", "shopify_id", name=op.f("uq_product_links_tenant_shopify_id")
        ),
    )
    op.create_table(
        "product_variant_entries",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("contentful_id", sa.String(length=64), nullable=False),
        sa.Column("link", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["link"],
            ["product_links.id"],
            name=op.f("fk_product_variant_entries_link"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "contentful_id", name=op.f("pk_product_variant_entries")),
    )
    with op.batch_alter_table("product_variant_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_variant_entries_link"), ["link"])
    op.create_table(
        "product_pictures",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "media_id", name=op.f("pk_product_pictures")),
    )
    op.create_table(
        "product_syncs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("contentful_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("shopify_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("refusals", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("next_step", sa.Text(), server_default="", nullable=False),
        sa.Column("is_conflict", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_syncs")),
    )
    with op.batch_alter_table("product_syncs", schema=None) as batch_op:
        for column in ("started_at", "contentful_id", "shopify_id"):
            batch_op.create_index(f"ix_product_syncs_tenant_{column}", ["tenant", column])
