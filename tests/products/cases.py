"""Sync Products for the property tests: few different values, so that everything collides.

They are made from a random number, not drawn value by value: a thousand pairs take a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from chord_platform.products.fingerprints import LastSync
from chord_platform.products.options import ALWAYS, NEVER, SyncMode, SyncOptions, WeightUnit
from chord_platform.products.sync_product import (
    Image,
    OptionType,
    OptionValue,
    ProductType,
    Publication,
    SelectedOption,
    Side,
    Status,
    SyncProduct,
    Unreadable,
    Variant,
)

NAMES = ("", "Linen Shirt", " Linen Shirt ", "Café", "Pants and Shorts")
SLUGS = ("", "linen-shirt", "Linen Shirt", "other")
SKUS = ("", "A", "B", "C", " C ")
IDS = ("", "1", "gid://shopify/ProductVariant/1", "2", "3")
PRICES = ("", "10", "10.00", "12.5", "free", "8.999", "1e9")
WEIGHTS = ("", "0", "0.5", ".5", "0.50", "2")
TAGS = ("linen", "Linen", " summer ", "sale, now", "x" * 300, NEVER, ALWAYS, "Ünï")
TEXTS = (
    "",
    "Airy.",
    "<p>Airy.</p>",
    "one\n\ntwo",
    "<p>one</p><p>two</p>",
    "<ul><li>x</ul>",
    "&amp;lt;",
    "&lt;b&gt;",
)
SIZES = ("S", "M", "L")
COLOURS = ("red", "blue")
PICTURES = ("a.jpg", "b.jpg", "c.png")
UNREADABLE = ((), (), (), ("images",), ("long_description",), ("product_type",))


@dataclass(frozen=True, kw_only=True)
class Situation:
    origin: SyncProduct
    destination: SyncProduct | None
    options: SyncOptions
    last: LastSync


def situation(random: Random, *, side: Side) -> Situation:
    is_new = random.random() < 0.2
    linked = [f"gid://shopify/ProductVariant/{n}" for n in (1, 2, 3) if flip(random)]
    return Situation(
        origin=product(random, side=side),
        destination=None if is_new else product(random, side=side.other),
        options=options(random),
        last=LastSync(linked=frozenset(linked)),
    )


def options(random: Random) -> SyncOptions:
    return SyncOptions(
        allowed_origins=frozenset(Side),
        description=flip(random),
        tags=flip(random),
        debug=flip(random),
        mode=random.choice(list(SyncMode)),
        follow_status=flip(random),
        delete=flip(random),
        resurrect=flip(random),
        publish_drafts=flip(random),
        weight_unit=random.choice(list(WeightUnit)),
    )


def product(random: Random, *, side: Side) -> SyncProduct:
    is_shop = side is Side.SHOPIFY
    images = shop_images(random) if is_shop else cms_images(random)
    uses = random.choice([(), ("Size",), ("Size", "Colour")])
    names = uses if is_shop or flip(random) else random.choice([("Size", "Colour"), ("Colour",)])
    types = [option_type(random, "Size", SIZES), option_type(random, "Colour", COLOURS)]
    kind = ProductType(name=random.choice(NAMES), slug="type-slug")
    unreadable = () if is_shop else random.choice(UNREADABLE)
    return SyncProduct(
        side=side,
        id="p",
        status=random.choice(list(Status) if is_shop else [None, *Status]),
        name=random.choice(NAMES),
        slug=random.choice(SLUGS),
        vendor=random.choice(NAMES),
        product_type=random.choice([None, kind]),
        short_description="" if is_shop else "short",
        long_description=random.choice(TEXTS),
        images=images,
        option_types=tuple(one for one in types if one.name in names),
        tags=tuple(random.sample(TAGS, random.randrange(4))),
        variants=variants(random, side=side, uses=uses, images=images),
        is_gift_card=flip(random),
        publication=publication(random, side=side),
        unreadable=tuple(Unreadable(field=name, reason="so it is.") for name in unreadable),
    )


def variants(
    random: Random, *, side: Side, uses: tuple[str, ...], images: tuple[Image, ...]
) -> tuple[Variant, ...]:
    """A shop has each combination once, of the same options; a CMS keeps no such rule."""
    is_shop = side is Side.SHOPIFY
    choices = [selected(random, uses, may_lack=not is_shop) for _ in range(random.randrange(5))]
    if is_shop:
        choices = list(dict.fromkeys(choices)) or [selected(random, uses, may_lack=False)]
    return tuple(
        Variant(
            id=f"v-{at}",
            name="" if is_shop else random.choice(["", "chosen", f"name {at}"]),
            sku=random.choice(SKUS),
            gtin=random.choice(["", "0123"]),
            shopify_id=f"gid://shopify/ProductVariant/{at + 1}" if is_shop else random.choice(IDS),
            price=random.choice(PRICES),
            regular_price=random.choice(PRICES),
            main_image=random.choice([None, *(images if is_shop else cms_images(random))]),
            options=choice,
            weight=random.choice(WEIGHTS),
            publication=publication(random, side=side),
        )
        for at, choice in enumerate(choices)
    )


def selected(
    random: Random, uses: tuple[str, ...], *, may_lack: bool
) -> tuple[SelectedOption, ...]:
    values = {"Size": random.choice(SIZES), "Colour": random.choice(COLOURS)}
    names = [name for name in uses if not may_lack or random.random() < 0.9]
    return tuple(SelectedOption(option=name, value=values[name]) for name in names)


def option_type(random: Random, name: str, values: tuple[str, ...]) -> OptionType:
    shuffled = random.sample(values, len(values))
    return OptionType(
        name=name,
        slug=f"slug-of-{name}",
        presentation=f"{name}!",
        values=tuple(OptionValue(name=one, slug=f"s-{one}", presentation=one) for one in shuffled),
    )


def cms_images(random: Random) -> tuple[Image, ...]:
    return tuple(
        Image(
            url=f"https://images.example/{name}",
            alt=random.choice(["", "front", " front"]),
            file_name=name,
            id=name,
        )
        for name in random.choices(PICTURES, k=random.randrange(4))
    )


def shop_images(random: Random) -> tuple[Image, ...]:
    known = [f"https://images.example/{one}" for one in PICTURES]
    sources = random.sample(["", "", *known], 5)
    return tuple(
        Image(
            id=f"media-{at}",
            url=f"https://cdn.example/{at}",
            file_name=random.choice([*PICTURES, "own.jpg"]),
            source=sources[at],
            alt=random.choice(["", "front"]),
        )
        for at in range(random.randrange(5))
    )


def publication(random: Random, *, side: Side) -> Publication:
    if side is Side.SHOPIFY:
        return Publication()
    is_published = random.random() < 0.8
    return Publication(
        is_published=is_published,
        has_changes=is_published and flip(random),
        holds_draft=flip(random),
        is_archived=not is_published and random.random() < 0.2,
    )


def flip(random: Random) -> bool:
    return random.random() < 0.5
