"""The eighty Solidus tables that an analytics reader sees, in a notation of our own.

Belongs here: tables, columns, types, defaults, indexes and keys, as facts about Solidus 4.
Does not belong here: the SQL made of them (`ddl.py`), Chord's own additions (`additions.py`).

One entry is `table: column type marks, column type marks, ...`; two colons make the key a
bigserial instead of a serial (`id` is always there and always the key).
Types: s varchar, s48 varchar(48), t text, i integer, I bigint, b boolean, d date, j jsonb,
n10.2 numeric(10,2), ts timestamp, t6 timestamp(6). `!` not null, `=x` default, `@` indexed,
`@u` indexed and unique, `>table` foreign key, `>>table` foreign key that deletes along.
`+times` created_at and updated_at as t6 (`+times!` not null, `+naive!` as ts, not null), `+meta`
customer_metadata and admin_metadata. Table names in keys are short: without `spree_`, and
`subs_`/`promo_` for `solidus_subscriptions_`/`solidus_promotions_`.
"""

from __future__ import annotations

SOLIDUS = """
# stores and geography
spree_stores: name s, url s, meta_description t, meta_keywords t, seo_title s, mail_from_address
  s, default_currency s, code s @, default b!=false @, +times, cart_tax_country_iso s,
  available_locales s, bcc_email s, reverse_charge_status i!=0
spree_countries: iso_name s, iso s @u, iso3 s, name s, numcode i, states_required b=false,
  updated_at t6, created_at t6
spree_states: name s, abbr s, country_id i @ >>countries, updated_at t6, created_at t6
spree_zones: name s, description s, zone_members_count i=0, +times
spree_zone_members: zoneable_type s, zoneable_id i, zone_id i @, +times
spree_addresses: firstname s @, lastname s @, address1 s, address2 s, city s, zipcode s, phone
  s, state_name s, alternative_phone s, company s, state_id i @ >states, country_id i @
  >countries, +times, name s @, vat_id s, email s, reverse_charge_status i!=0
# customers
spree_users: encrypted_password s128, password_salt s128, email s @u, remember_token s,
  persistence_token s, reset_password_token s @u, perishable_token s, sign_in_count i!=0,
  failed_attempts i!=0, last_request_at ts, current_sign_in_at ts, last_sign_in_at ts,
  current_sign_in_ip s, last_sign_in_ip s, login s, ship_address_id i, bill_address_id i,
  +times!, +meta, spree_api_key s48 @, unlock_token s, locked_at ts, remember_created_at ts,
  reset_password_sent_at ts, deleted_at ts @, confirmation_token s, confirmed_at ts,
  confirmation_sent_at ts, unconfirmed_email s
spree_roles: name s @u, +times, description t
spree_roles_users: role_id i @ >roles, user_id i @, +times
spree_user_addresses: user_id i! @, address_id i! @ >addresses, default b=false, +times!,
  default_billing b=false
spree_wallet_payment_sources: user_id i! @ >users, payment_source_type s!, payment_source_id i!,
  default b!=false, +times!
# catalogue
spree_tax_categories: name s, description s, is_default b=false, deleted_at ts, +times, tax_code
  s
spree_shipping_categories: name s, +times
spree_taxonomies: name s!, +times, position i=0 @
spree_taxons: parent_id i @, name s!, permalink s @, taxonomy_id i @, lft i @, rgt i @,
  icon_file_name s, icon_content_type s, icon_file_size i, icon_updated_at ts, description t,
  +times, meta_title s, meta_description s, meta_keywords s, depth i
spree_products: name s!='' @, description t, available_on ts @, deleted_at ts @, slug s @u,
  meta_description t, meta_keywords s, tax_category_id i, shipping_category_id i
  >shipping_categories, +times, promotionable b=true, meta_title s, discontinue_on ts,
  primary_taxon_id i @ >taxons
spree_variants: sku s!='' @, weight n8.2=0.0, height n8.2, width n8.2, depth n8.2, deleted_at
  ts, is_master b=false, product_id i @, cost_price n10.2, position i @, cost_currency s,
  track_inventory b=true @, tax_category_id i @, updated_at t6, created_at t6,
  shipping_category_id I @, gtin s, condition s, subscribable b=false
spree_prices: variant_id i!, amount n10.2!, currency s, deleted_at ts, +times, country_iso s2 @
  >countries.iso
spree_products_taxons: product_id i @ >products, taxon_id i @ >taxons, position i @, +times
spree_option_types: name s100, presentation s100, position i!=0 @, +times
spree_option_values: position i @, name s, presentation s, option_type_id i! @, +times
spree_option_values_variants: variant_id i @, option_value_id i, +times
spree_product_option_types: position i @, product_id i @ >products, option_type_id i @
  >option_types, +times
spree_properties: name s, presentation s!, +times
spree_product_properties: value s, product_id i @ >products, property_id i @ >properties,
  +times, position i=0 @
spree_assets: viewable_type s, viewable_id i @, attachment_width i, attachment_height i,
  attachment_file_size i, position i, attachment_content_type s, attachment_file_name s, type
  s75, attachment_updated_at ts, alt t, +times
# stock
spree_stock_locations: name s, +times, default b!=false, address1 s, address2 s, city s,
  state_id i @, state_name s, country_id i @, zipcode s, phone s, active b=true,
  backorderable_default b=false, propagate_all_variants b=true, admin_name s, position i=0,
  restock_inventory b!=true, fulfillable b!=true, code s, check_stock_on_transfer b=true, email
  s
spree_stock_items: stock_location_id i @, variant_id i, count_on_hand i!=0, +times,
  backorderable b=false, deleted_at ts @
spree_stock_movements: stock_item_id i @, quantity i=0, action s, +times!, originator_type s,
  originator_id i
# orders
spree_orders: number s32 @, item_total n10.2!=0.0, total n10.2!=0.0, state s, adjustment_total
  n10.2!=0.0, user_id i @, completed_at ts @, bill_address_id i @, ship_address_id i @,
  payment_total n10.2=0.0, shipment_state s, payment_state s, email s, special_instructions t,
  +times, currency s, last_ip_address s, created_by_id i @, shipment_total n10.2!=0.0,
  additional_tax_total n10.2=0.0, promo_total n10.2=0.0, channel s=spree, included_tax_total
  n10.2!=0.0, item_count i=0, approver_id i @, approved_at ts, confirmation_delivered b=false,
  guest_token s @, canceled_at ts, canceler_id i, store_id i, approver_name s, frontend_viewable
  b!=true, +meta, subscription_order b!=false, subscription_id i @ >subs_subscriptions
spree_line_items: variant_id i @, order_id i @, quantity i!, price n10.2!, +times, cost_price
  n10.2, tax_category_id i, adjustment_total n10.2=0.0, additional_tax_total n10.2=0.0,
  promo_total n10.2=0.0, included_tax_total n10.2!=0.0, +meta, managed_by_order_benefit_id I @
  >promo_benefits
spree_adjustment_reasons: name s, code s @, active b=true @, +times
spree_adjustments: source_type s, source_id i, adjustable_type s, adjustable_id i! @, amount
  n10.2, label s, +times, order_id i! @, included b=false, adjustment_reason_id i
  >adjustment_reasons, finalized b!=false, promotion_code_id i @, eligible b=true @
spree_state_changes: name s, previous_state s, stateful_id i, user_id i @, stateful_type s,
  next_state s, +times
# fulfilment
spree_shipping_methods: name s, deleted_at ts, +times, tracking_url s, admin_name s,
  tax_category_id i @, code s, available_to_all b=true, carrier s, service_level s,
  available_to_users b=true
spree_shipments: tracking s, number s @, cost n10.2=0.0, shipped_at ts, order_id i @, state s,
  +times, stock_location_id i @, adjustment_total n10.2=0.0, additional_tax_total n10.2=0.0,
  promo_total n10.2=0.0, included_tax_total n10.2!=0.0, +meta
spree_shipping_rates: shipment_id i, shipping_method_id i, selected b=false, cost n8.2=0.0,
  +times, tax_rate_id i
spree_cartons: number s @u, external_number s @, stock_location_id i @, address_id i,
  shipping_method_id i, tracking s, shipped_at ts, +times, imported_from_shipment_id i @u
spree_inventory_units: state s, variant_id i @, shipment_id i @, +times, pending b=true,
  line_item_id i @, carton_id i @
spree_unit_cancels: inventory_unit_id i! @, reason s, created_by s, +times
# payments
spree_payment_methods: type s, name s, description t, active b=true, deleted_at ts, +times,
  auto_capture b, preferences t, preference_source s, position i=0, available_to_users b=true,
  available_to_admin b=true, type_before_removal s
spree_credit_cards: month s, year s, cc_type s, last_digits s, gateway_customer_profile_id s,
  gateway_payment_profile_id s, +times, name s, user_id i @, payment_method_id i @, default
  b!=false, address_id i
spree_payments: amount n10.2!=0.0, order_id i @, source_type s, source_id i, payment_method_id i
  @, state s, response_code s, avs_response s, +times, number s @u, cvv_response_code s,
  cvv_response_message s, +meta
spree_payment_capture_events: amount n10.2=0.0, payment_id i @, +times
spree_refund_reasons: name s, active b=true, mutable b=true, +times, code s
spree_refunds: payment_id i @, amount n10.2!=0.0, transaction_id s, +times, refund_reason_id i
  @, reimbursement_id i @, +meta
# returns
spree_return_reasons: name s, active b=true, mutable b=true, +times
spree_reimbursement_types: name s, active b=true, mutable b=true, +times, type s @
spree_return_authorizations: number s, state s, order_id i, memo t, +times, stock_location_id i,
  return_reason_id i @, +meta
spree_customer_returns: number s, stock_location_id i >stock_locations, +times, +meta
spree_reimbursements: number s, reimbursement_status s, customer_return_id i @, order_id i @,
  total n10.2, +times
spree_reimbursement_credits: amount n10.2!=0.0, reimbursement_id i, creditable_id i,
  creditable_type s, +times
spree_return_items: return_authorization_id i, inventory_unit_id i, exchange_variant_id i,
  +times, amount n12.4!=0.0, included_tax_total n12.4!=0.0, additional_tax_total n12.4!=0.0,
  reception_status s, acceptance_status s, customer_return_id i @, reimbursement_id i,
  exchange_inventory_unit_id i @, acceptance_status_errors t, preferred_reimbursement_type_id i,
  override_reimbursement_type_id i, resellable b!=true, return_reason_id i
# store credit
spree_store_credit_categories: name s, +times
spree_store_credit_types: name s, priority i @, +times
spree_store_credit_reasons:: name s, active b=true, +naive!
spree_store_credits: user_id i @, category_id i, created_by_id i, amount n8.2!=0.0, amount_used
  n8.2!=0.0, amount_authorized n8.2!=0.0, currency s, memo t, deleted_at ts @, +times, type_id i
  @, invalidated_at ts
spree_store_credit_events: store_credit_id i! @, action s!, amount n8.2, user_total_amount
  n8.2!=0.0, authorization_code s!, deleted_at ts @, originator_type s, originator_id i, +times,
  amount_remaining n8.2, store_credit_reason_id i, +meta
# tax
spree_tax_rates: amount n8.5, zone_id i @, included_in_price b=false, +times, name s,
  show_rate_in_label b=true, deleted_at ts @, starts_at ts, expires_at ts, level i!=0
spree_tax_rate_tax_categories: tax_category_id i! @ >tax_categories, tax_rate_id i! @ >tax_rates
# promotions, legacy (spree_*)
spree_promotion_categories: name s, +times, code s
spree_promotions: description s, expires_at ts @, starts_at ts @, name s, type s, usage_limit i,
  advertise b=false @, path s, +times, promotion_category_id i @, per_code_usage_limit i,
  apply_automatically b=false @
spree_promotion_rules: promotion_id i @, type s, +times, preferences t
spree_promotion_actions: promotion_id i @, position i, type s, deleted_at ts @, preferences t,
  +times
spree_promotion_code_batches: promotion_id i! @ >promotions, base_code s!, number_of_codes i!,
  email s, error s, state s=pending, +times!, join_characters s!=_
spree_promotion_codes: promotion_id i! @, value s! @u, +times, promotion_code_batch_id i @
  >promotion_code_batches
spree_orders_promotions: order_id i >>orders, promotion_id i, promotion_code_id i @, +times
spree_line_item_actions: line_item_id i! @, action_id i! @, quantity i=0, +times
# promotions, new engine (solidus_promotions_*)
solidus_promotions_promotion_categories:: name s, code s, +times!
solidus_promotions_promotions:: description s, expires_at ts, starts_at ts, name s, usage_limit
  i, advertise b=false, path s, per_code_usage_limit i, apply_automatically b=false, lane i!=1,
  customer_label s, deleted_at ts @, original_promotion_id i @ >promotions, +times!,
  promotion_category_id I @ >promo_promotion_categories
solidus_promotions_benefits:: promotion_id I! @ >promo_promotions, type s, preferences t,
  original_promotion_action_id i @ >promotion_actions, +times!
solidus_promotions_promotion_code_batches:: promotion_id I! @ >promo_promotions, base_code s!,
  number_of_codes i!, join_characters s!=_, email s, error s, state s=pending, +times!
solidus_promotions_promotion_codes:: promotion_id I! @ >promo_promotions, value s! @u, +times!,
  promotion_code_batch_id I @ >promo_promotion_code_batches
solidus_promotions_order_promotions:: order_id i! @ >orders, promotion_id I! @
  >promo_promotions, promotion_code_id I @ >promo_promotion_codes, +times!
solidus_promotions_shipping_rate_discounts:: benefit_id I! @ >promo_benefits, shipping_rate_id
  i! @ >shipping_rates, amount n10.2!, label s!, +times!
# subscriptions (solidus_subscriptions)
solidus_subscriptions_subscriptions: actionable_date d, state s, user_id i @, +naive!,
  skip_count i!=0, successive_skip_count i!=0, store_id i @ >stores, shipping_address_id i @
  >addresses, interval_length i, interval_units i, end_date ts, billing_address_id i @
  >addresses, payment_source_type s, payment_source_id i, payment_method_id i @
  >payment_methods, guest_token s @u, currency s, paused b=false
solidus_subscriptions_line_items: spree_line_item_id i @ >line_items, subscription_id i @
  >subs_subscriptions, quantity i!, subscribable_id i! @, +naive!, interval_units i,
  interval_length i, end_date d
solidus_subscriptions_installments: subscription_id i! @ >subs_subscriptions, actionable_date d,
  +naive!
solidus_subscriptions_installment_details: installment_id i! @ >subs_installments, +naive!,
  success b, message s, order_id i @ >orders
solidus_subscriptions_subscription_events:: subscription_id i! @ >subs_subscriptions, event_type
  s!, details j!, +naive!
"""
