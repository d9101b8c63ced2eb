-- One row per adjustment: a promotion, a tax or a manual change of an order, line or shipment.
--
-- materialized: view
-- key: adjustment_id
-- column adjustment_id: text. The adjustment's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column order_id: text. The order that it belongs to.
-- column adjusted: text. What is adjusted: order, line or shipment.
-- column adjusted_id: text. The key of what is adjusted.
-- column kind: text. Why: tax, promotion, cancelled units or manual.
-- column label: text. What the customer reads.
-- column amount: decimal(18,4). The amount; negative where it takes off.
-- column is_included: boolean. Whether it stands inside the price already (included tax).
-- column is_eligible: boolean. Whether it counts; only one of competing promotions does.
-- column created_at: timestamptz. When the adjustment was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_adjustments: id integer, order_id integer, adjustable_type text,
--    adjustable_id integer, source_type text, source_id integer, amount decimal(10,2), label
--    text, included boolean, eligible boolean, finalized boolean, promotion_code_id integer,
--    created_at timestamptz, updated_at timestamptz, _connection_id text, _synced_at timestamptz
select
    adjustments._connection_id || ':' || cast(adjustments.id as varchar) as adjustment_id,
    adjustments._connection_id as connection_id,
    adjustments._connection_id || ':' || cast(adjustments.order_id as varchar) as order_id,
    case adjustments.adjustable_type
        when 'Spree::Order' then 'order'
        when 'Spree::LineItem' then 'line'
        when 'Spree::Shipment' then 'shipment'
    end as adjusted,
    adjustments._connection_id || ':' || cast(adjustments.adjustable_id as varchar) as adjusted_id,
    case adjustments.source_type
        when 'Spree::TaxRate' then 'tax'
        when 'Spree::PromotionAction' then 'promotion'
        when 'SolidusPromotions::Benefit' then 'promotion'
        when 'Spree::UnitCancel' then 'cancelled units'
        else 'manual'
    end as kind,
    adjustments.label,
    cast(coalesce(adjustments.amount, 0) as decimal(18,4)) as amount,
    coalesce(adjustments.included, false) as is_included,
    coalesce(adjustments.eligible, true) as is_eligible,
    adjustments.created_at,
    adjustments.updated_at,
    adjustments._synced_at as synced_at
from raw_chord_oms.spree_adjustments as adjustments
