"""What waits in a draft counts where the other side says it already, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.products.comparer import compare
from chord_platform.products.sync_product import SyncProduct, Variant
from chord_platform.products.waiting import with_what_waits
from tests.products.contentful_stage import OPTIONS, gid, shop_product

NAMES = st.sampled_from(["Linen Shirt", "Old", "New"])
PRICES = st.sampled_from(["49.00", "39.00", "10"])


def in_cms(shop: SyncProduct, **changes: object) -> SyncProduct:
    """The same product, as Contentful has it."""
    variants = tuple(
        replace(one, id=f"v{at}", name=f"V{at}") for at, one in enumerate(shop.variants)
    )
    made = replace(shop, side=shop.side.other, id="p", variants=variants)
    return replace(made, **changes)  # type: ignore[arg-type]


def with_price(product: SyncProduct, price: str) -> SyncProduct:
    first, *rest = product.variants
    return replace(product, variants=(replace(first, price=price), *rest))


@settings(max_examples=60)
@given(NAMES, NAMES, NAMES, PRICES, PRICES, PRICES)
def test_a_value_is_the_live_one_unless_the_draft_agrees_with_the_other_side(
    live: str, draft: str, other: str, live_price: str, draft_price: str, other_price: str
) -> None:
    shop = with_price(shop_product(name=other), other_price)
    seen = with_what_waits(
        with_price(in_cms(shop, name=live), live_price),
        with_price(in_cms(shop, name=draft), draft_price),
        shop,
    )
    assert seen.name == (other if draft == other else live)
    changed = {str(one.after) for one in compare(seen, shop, OPTIONS).mutations}  # type: ignore[union-attr]
    assert changed <= {live, f"{float(live_price):.2f}"}


def test_a_variant_that_only_the_draft_has_counts_when_the_shop_has_it() -> None:
    shop = shop_product(sizes=("S", "M"))
    whole = in_cms(shop)
    live = replace(whole, variants=whole.variants[:1])
    assert len(with_what_waits(live, whole, shop).variants) == 2
    editors = Variant(id="v9", sku="NEW", shopify_id=gid(9))
    draft = replace(whole, variants=(*whole.variants, editors))
    assert "v9" not in {one.id for one in with_what_waits(live, draft, shop).variants}


def test_without_a_draft_or_a_counterpart_the_live_version_is_taken_as_it_is() -> None:
    live = in_cms(shop_product())
    assert with_what_waits(live, None, shop_product()) is live
    assert with_what_waits(live, live, None) is live
