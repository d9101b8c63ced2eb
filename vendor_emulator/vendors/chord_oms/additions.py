"""What Chord adds to Solidus and does not publish: columns and tables a reader cannot know.

Belongs here: the unknown, with the types that break readers (numeric without precision, NaN,
infinite times, intervals, arrays, quoted names, a table without a key).
Does not belong here: Solidus's own tables (`notation.py`).
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from vendor_emulator.business import Business
from vendor_emulator.vendors.chord_oms.loading import Add, columns, naive

DDL = """
ALTER TABLE spree_orders
  ADD COLUMN affiliate_id bigint,
  ADD COLUMN loyalty_points numeric;
ALTER TABLE spree_users ADD COLUMN loyalty_expires_at timestamp;
ALTER TABLE spree_products ADD COLUMN bundle jsonb;
CREATE TABLE affiliates (
  id bigserial PRIMARY KEY,
  public_id uuid NOT NULL,
  name varchar NOT NULL,
  commission numeric,
  terms jsonb,
  labels text[],
  cookie_lifetime interval,
  logo bytea,
  joined_at timestamp,
  created_at timestamp(6) NOT NULL,
  updated_at timestamp(6) NOT NULL
);
CREATE TABLE "Loyalty Tiers" (
  id serial PRIMARY KEY,
  "Tier Name" varchar NOT NULL,
  "order" integer,
  threshold numeric(38,10)
);
CREATE TABLE import_notes (
  note text,
  payload json,
  noted_at timestamptz
);
"""
AFFILIATES = columns(
    "affiliates",
    "id public_id name commission terms labels cookie_lifetime logo joined_at created_at"
    " updated_at",
)
TIER_ROWS = """
INSERT INTO "Loyalty Tiers" ("Tier Name", "order", threshold) VALUES
  ('Bronze', 1, 0), ('Gold', 2, 1234567890123456789012345678.0123456789)
ON CONFLICT DO NOTHING;
INSERT INTO import_notes VALUES
  ('first import', '{"rows": 12}', '2024-01-02 03:04:05+02'), (NULL, NULL, NULL)
"""
# The shape of the speed measurements: 15 columns, about 190 MB in a million rows.
BENCH = """
DROP TABLE IF EXISTS bench_orders;
CREATE TABLE bench_orders (
  id bigint PRIMARY KEY,
  number varchar(32) NOT NULL,
  email varchar,
  state varchar,
  currency varchar(3),
  item_total numeric(10,2),
  total numeric(10,2),
  tax_total numeric(10,2),
  item_count integer,
  is_gift boolean,
  customer_id bigint,
  completed_at timestamp,
  created_at timestamp(6),
  updated_at timestamp(6),
  metadata jsonb
);
"""
BENCH_ROWS = """
INSERT INTO bench_orders
SELECT n, 'R' || (100000000 + n), 'customer' || n %% 90001 || '@example.com',
       (ARRAY['complete', 'canceled', 'cart', 'returned'])[1 + n %% 4], 'USD',
       (n %% 90000) / 100.0, (n %% 99991) / 100.0 + 5, (n %% 700) / 100.0, 1 + n %% 9, n %% 11 = 0,
       n %% 90001, CASE WHEN n %% 4 = 2 THEN NULL ELSE moment END, moment,
       moment + n %% 86400 * interval '1 second',
       jsonb_build_object('source', 'web', 'n', n %% 1000)
FROM (
  SELECT n, timestamp '2025-01-01' + n * interval '31 seconds' + n %% 997 * interval '1 microsecond'
    AS moment
  FROM generate_series(%s::bigint, %s::bigint) AS n
) AS source
"""


def add_affiliates(business: Business, add: Add) -> None:
    at = naive(business.start)
    rows = (
        ("Podcast", Decimal("0.125"), '{"tiers": [1, 2, {"é": null}]}', ["audio", "us"]),
        ("Blog", Decimal("NaN"), None, []),
        ("Newsletter ✉️", Decimal("12345678901234567890.123456789"), "{}", [None, 'a,"b']),
        ("Influencer", Decimal("-0.5"), '"only a text"', None),
        ("Nobody", None, "[]", ["x"]),
    )
    for number, (name, commission, terms, labels) in enumerate(rows, start=1):
        joined = "infinity" if number == 2 else "-infinity" if number == 3 else at
        add(AFFILIATES, (number, f"00000000-0000-4000-8000-{number:012d}", name, commission, terms,
                         labels, timedelta(days=30 * number, minutes=5), b"\\x00\\xff", joined, at,
                         at + timedelta(microseconds=number)))  # fmt: skip
