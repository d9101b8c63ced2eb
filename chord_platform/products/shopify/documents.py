"""What product sync asks of Shopify's Admin API, as GraphQL documents of version 2026-10.

Belongs here: the documents, how large their pages are. Does not belong here: sending them, the
mapping of what comes back.

A query may cost 1,000 points at most, judged by the sizes it asks for and not by what there is. A
variant costs eight, so one query takes eighty of them with forty pictures; of a larger product the
rest is asked for in pages.
"""

from __future__ import annotations

VARIANTS, MEDIA = 80, 40
MORE_VARIANTS, MORE_MEDIA = 100, 250
IDS = 250
SKUS = 40

VARIANT = """fragment SyncedVariant on ProductVariant {
  id sku barcode price compareAtPrice
  selectedOptions { name value }
  media(first: 1) { nodes { id } }
  inventoryItem { measurement { weight { unit value } } }
}"""
FILE = "id alt status ... on MediaImage { image { url } }"
PRODUCT = f"""fragment SyncedProduct on Product {{
  id title handle descriptionHtml vendor productType status tags isGiftCard updatedAt publishedAt
  options {{ name values }}
  media(first: $media) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {FILE} }} }}
  variants(first: $variants) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ ...SyncedVariant }} }}
}}
{VARIANT}"""

FETCH = f"""query ProductToSync($id: ID!, $variants: Int!, $media: Int!) {{
  product(id: $id) {{ ...SyncedProduct }}
}}
{PRODUCT}"""
MORE_OF_VARIANTS = f"""query MoreVariants($id: ID!, $first: Int!, $after: String) {{
  product(id: $id) {{
    updatedAt
    variants(first: $first, after: $after) {{
      pageInfo {{ hasNextPage endCursor }} nodes {{ ...SyncedVariant }}
    }}
  }}
}}
{VARIANT}"""
MORE_OF_MEDIA = f"""query MoreMedia($id: ID!, $first: Int!, $after: String) {{
  product(id: $id) {{
    updatedAt
    media(first: $first, after: $after) {{
      pageInfo {{ hasNextPage endCursor }} nodes {{ {FILE} }}
    }}
  }}
}}"""
OF_VARIANT = "query ProductOfVariant($id: ID!) { productVariant(id: $id) { product { id } } }"
ALL_IDS = """query ProductIds($after: String) {
  products(first: 250, after: $after, sortKey: ID) {
    pageInfo { hasNextPage endCursor } nodes { id }
  }
}"""
COUNTERPART = {
    "ids": (
        "$ids: [ID!]!",
        "byVariant: nodes(ids: $ids) { ... on ProductVariant { product { id } } }",
    ),
    "handle": (
        "$handle: String!",
        "byHandle: productByIdentifier(identifier: {handle: $handle}) { id }",
    ),
    "skus": (
        "$skus: String!",
        "bySku: productVariants(first: 250, query: $skus) { nodes { sku product { id } } }",
    ),
}

SET = f"""mutation SetProduct(
  $identifier: ProductSetIdentifiers, $input: ProductSetInput!, $variants: Int!, $media: Int!
) {{
  productSet(identifier: $identifier, input: $input, synchronous: true) {{
    product {{ ...SyncedProduct }}
    userErrors {{ field message code }}
  }}
}}
{PRODUCT}"""
DELETE = """mutation DeleteProduct($id: ID!) {
  productDelete(input: {id: $id}, synchronous: true) {
    deletedProductId
    userErrors { field message }
  }
}"""
CHANNELS = "query Channels { publications(first: 50) { nodes { id } } }"
PUBLISH = """mutation PublishProduct($id: ID!, $channels: [PublicationInput!]!) {
  publishablePublish(id: $id, input: $channels) {
    publishable { ... on Product { updatedAt publishedAt } }
    userErrors { field message }
  }
}"""


def counterpart_query(parts: list[str]) -> str:
    """By the variants' ids, the handle and the skus, as far as each is known."""
    declared = ", ".join(COUNTERPART[part][0] for part in parts)
    asked = "\n  ".join(COUNTERPART[part][1] for part in parts)
    return f"query Counterpart({declared}) {{\n  {asked}\n}}"
