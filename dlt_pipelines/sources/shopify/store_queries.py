"""What is asked of Shopify about what stands around a store: subscription contracts, disputes,
companies, markets, price lists, and the texts of its online store.

API      Admin GraphQL 2026-10

Belongs here: fields, filters, sort keys and scopes of these streams. Does not belong here: orders
and money (`order_queries.py`, `sales_queries.py`), composing documents (`documents.py`).
"""

from __future__ import annotations

from dlt_pipelines.sources.shopify.shapes import Children, Stream

AMOUNT = "{ amount currencyCode }"
COMPANY_ADDRESS = """{ companyName firstName lastName address1 address2 city province zoneCode
country countryCode zip phone }"""
TEXTS = ("read_content", "read_online_store_pages")

SUBSCRIPTION_CONTRACTS = Stream(
    table="subscription_contracts",
    root="subscriptionContracts",
    type="SubscriptionContract",
    scopes=("read_own_subscription_contracts",),
    sort="UPDATED_AT",
    points=20,
    fields=f"""
    id revisionId status createdAt updatedAt nextBillingDate currencyCode note lastPaymentStatus
    lastBillingAttemptErrorType customAttributes {{ key value }} deliveryPrice {AMOUNT}
    billingPolicy {{ interval intervalCount minCycles maxCycles }}
    deliveryPolicy {{ interval intervalCount }} customer {{ id }} originOrder {{ id }}
    """,
    children=(
        Children(
            field="lines",
            table="subscription_contract_lines",
            type="SubscriptionLine",
            on="SubscriptionContract",
            parent_id="subscription_contract_id",
            first=3,
            fields=f"""
            id title variantTitle sku quantity productId variantId currentPrice {AMOUNT}
            lineDiscountedPrice {AMOUNT} sellingPlanId sellingPlanName requiresShipping taxable
            customAttributes {{ key value }}
            """,
        ),
    ),
)

DISPUTES = Stream(
    table="disputes",
    root="disputes",
    type="ShopifyPaymentsDispute",
    scopes=("read_shopify_payments_disputes",),
    # They can be filtered by their beginning alone, and it is their end that matters.
    filter=None,
    is_small=True,
    bulk=False,
    points=5,
    fields=f"""
    id legacyResourceId status type initiatedAt evidenceDueBy evidenceSentOn finalizedOn
    amount {AMOUNT} reasonDetails {{ reason networkReasonCode }} order {{ id }}
    """,
)

COMPANIES = Stream(
    table="companies",
    root="companies",
    type="Company",
    scopes=("read_companies", "read_customers"),
    sort="UPDATED_AT",
    count="companiesCount",
    points=20,
    fields="""
    id name externalId note createdAt updatedAt customerSince mainContact { id }
    """,
    children=(
        Children(
            field="contacts",
            table="company_contacts",
            type="CompanyContact",
            on="Company",
            parent_id="company_id",
            first=5,
            fields="id title locale isMainContact createdAt updatedAt customer { id }",
        ),
        Children(
            field="locations",
            table="company_locations",
            type="CompanyLocation",
            on="Company",
            parent_id="company_id",
            first=3,
            fields=f"""
            id name externalId note phone locale currency createdAt updatedAt
            billingAddress {COMPANY_ADDRESS} shippingAddress {COMPANY_ADDRESS}
            """,
        ),
    ),
)

MARKETS = Stream(
    table="markets",
    root="markets",
    type="Market",
    scopes=("read_markets",),
    # They know no time of their change.
    filter=None,
    is_small=True,
    bulk=False,
    points=6,
    # The rate of an automatic currency moves by the hour and is no change of the market.
    fields="""
    id name handle status type conditions { conditionTypes }
    currencySettings {
        localCurrencies roundingEnabled
        baseCurrency { currencyCode currencyName enabled manualRate }
    }
    priceInclusions { inclusiveDutiesPricingStrategy inclusiveTaxPricingStrategy }
    """,
)

PRICE_LISTS = Stream(
    table="price_lists",
    root="priceLists",
    type="PriceList",
    scopes=("read_products",),
    filter=None,
    is_small=True,
    bulk=False,
    points=6,
    fields="""
    id name currency fixedPricesCount
    parent { adjustment { type value } settings { compareAtMode } } catalog { id title status }
    """,
)

PAGES = Stream(
    table="pages",
    root="pages",
    type="Page",
    scopes=TEXTS,
    sort="UPDATED_AT",
    bulk=False,
    points=2,
    fields="id title handle body isPublished publishedAt templateSuffix createdAt updatedAt",
)

BLOGS = Stream(
    table="blogs",
    root="blogs",
    type="Blog",
    scopes=TEXTS,
    bulk=False,
    points=2,
    fields="id title handle commentPolicy tags templateSuffix createdAt updatedAt",
)

ARTICLES = Stream(
    table="articles",
    root="articles",
    type="Article",
    scopes=TEXTS,
    sort="UPDATED_AT",
    bulk=False,
    points=4,
    fields="""
    id title handle body summary tags isPublished publishedAt templateSuffix createdAt updatedAt
    author { name } blog { id }
    """,
)
