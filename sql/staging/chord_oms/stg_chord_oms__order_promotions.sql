-- One row per promotion used by an order, with the code if one was typed.
--
-- materialized: view
-- key: order_promotion_id
-- column order_promotion_id: text. The use's key: connection, engine and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column order_id: text. The order.
-- column promotion_id: text. The promotion.
-- column code: text. The code that was typed.
-- source raw_chord_oms.spree_orders_promotions: id integer, order_id integer, promotion_id
--    integer, promotion_code_id integer, _connection_id text
-- source raw_chord_oms.spree_promotion_codes: id integer, value text, _connection_id text
-- source raw_chord_oms.solidus_promotions_order_promotions: id bigint, order_id integer,
--    promotion_id bigint, promotion_code_id bigint, _connection_id text
-- source raw_chord_oms.solidus_promotions_promotion_codes: id bigint, value text, _connection_id
--    text
with used as (
    select
        older._connection_id || ':legacy-' || cast(older.id as varchar) as order_promotion_id,
        older._connection_id as connection_id,
        older._connection_id || ':' || cast(older.order_id as varchar) as order_id,
        older._connection_id || ':legacy-' || cast(older.promotion_id as varchar) as promotion_id,
        codes.value as code
    from raw_chord_oms.spree_orders_promotions as older
    left join raw_chord_oms.spree_promotion_codes as codes
        on codes._connection_id = older._connection_id and codes.id = older.promotion_code_id
    union all
    select
        newer._connection_id || ':solidus_promotions-' || cast(newer.id as varchar),
        newer._connection_id,
        newer._connection_id || ':' || cast(newer.order_id as varchar),
        newer._connection_id || ':solidus_promotions-' || cast(newer.promotion_id as varchar),
        codes.value
    from raw_chord_oms.solidus_promotions_order_promotions as newer
    left join raw_chord_oms.solidus_promotions_promotion_codes as codes
        on codes._connection_id = newer._connection_id and codes.id = newer.promotion_code_id
)

select
    used.order_promotion_id,
    used.connection_id,
    used.order_id,
    used.promotion_id,
    used.code
from used
