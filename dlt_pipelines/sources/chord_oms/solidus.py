"""The tables of a Solidus shop, in a notation of our own.

Belongs here: names, keys, types, parents, and what must not be read or is personal.
Does not belong here: what one shop's database really holds (`present.py`), how it is read.

    name < parent.column (flags):   rows are replaced together with the parent row `column` names
        column                      text
        #  bigint   ?  bool   @  UTC timestamp   %  day   *  JSON   $10.2  decimal
        !column                     a secret: never read
        ~column                     personal data

Each table also has `id#`, `created_at@` and `updated_at@`; the cursor is `updated_at`, which most
tables allow to be null (such rows are read each time). Flags: `marked`, rows are marked by
`deleted_at` and kept; `log`, rows are only ever added; `timeless`, no times at all.
Columns and tables that are not listed are read too, as they are found.
"""

from __future__ import annotations

from dlt_pipelines.sources.chord_oms.notation import declared

SOLIDUS = """
# where the shop sells
spree_stores:
    name url meta_description meta_keywords seo_title mail_from_address default_currency
    code default? cart_tax_country_iso available_locales bcc_email reverse_charge_status#
spree_countries:
    iso_name iso iso3 name numcode# states_required?
spree_states:
    name abbr country_id#
spree_zones:
    name description zone_members_count#
spree_zone_members:
    zoneable_type zoneable_id# zone_id#
spree_addresses:
    ~firstname ~lastname ~address1 ~address2 city ~zipcode ~phone state_name
    ~alternative_phone ~company state_id# country_id# ~name ~vat_id ~email
    reverse_charge_status#
# customers
spree_users (marked):
    !encrypted_password !password_salt ~email !remember_token !persistence_token
    !reset_password_token !perishable_token sign_in_count# failed_attempts# last_request_at@
    current_sign_in_at@ last_sign_in_at@ ~current_sign_in_ip ~last_sign_in_ip ~login
    ship_address_id# bill_address_id# customer_metadata* admin_metadata* !spree_api_key
    !unlock_token locked_at@ remember_created_at@ reset_password_sent_at@ deleted_at@
    !confirmation_token confirmed_at@ confirmation_sent_at@ ~unconfirmed_email
spree_roles:
    name description
spree_roles_users:
    role_id# user_id#
spree_user_addresses:
    user_id# address_id# default? default_billing?
spree_wallet_payment_sources:
    user_id# payment_source_type payment_source_id# default?
# catalogue
spree_tax_categories (marked):
    name description is_default? deleted_at@ tax_code
spree_shipping_categories:
    name
spree_taxonomies:
    name position#
spree_taxons:
    parent_id# name permalink taxonomy_id# lft# rgt# icon_file_name icon_content_type
    icon_file_size# icon_updated_at@ description meta_title meta_description meta_keywords
    depth#
spree_products (marked):
    name description available_on@ deleted_at@ slug meta_description meta_keywords
    tax_category_id# shipping_category_id# promotionable? meta_title discontinue_on@
    primary_taxon_id#
spree_variants (marked):
    sku weight$8.2 height$8.2 width$8.2 depth$8.2 deleted_at@ is_master? product_id#
    cost_price$10.2 position# cost_currency track_inventory? tax_category_id#
    shipping_category_id# gtin condition subscribable?
spree_prices (marked):
    variant_id# amount$10.2 currency deleted_at@ country_iso
spree_products_taxons < spree_products.product_id:
    product_id# taxon_id# position#
spree_option_types:
    name presentation position#
spree_option_values:
    position# name presentation option_type_id#
spree_option_values_variants:
    variant_id# option_value_id#
spree_product_option_types:
    position# product_id# option_type_id#
spree_properties:
    name presentation
spree_product_properties < spree_products.product_id:
    value product_id# property_id# position#
spree_assets:
    viewable_type viewable_id# attachment_width# attachment_height# attachment_file_size#
    position# attachment_content_type attachment_file_name type attachment_updated_at@ alt
# stock
spree_stock_locations:
    name default? address1 address2 city state_id# state_name country_id# zipcode phone
    active? backorderable_default? propagate_all_variants? admin_name position#
    restock_inventory? fulfillable? code check_stock_on_transfer? email
spree_stock_items (marked):
    stock_location_id# variant_id# count_on_hand# backorderable? deleted_at@
spree_stock_movements (log):
    stock_item_id# quantity# action originator_type originator_id#
# orders
spree_orders:
    number item_total$10.2 total$10.2 state adjustment_total$10.2 user_id# completed_at@
    bill_address_id# ship_address_id# payment_total$10.2 shipment_state payment_state ~email
    ~special_instructions currency ~last_ip_address created_by_id# shipment_total$10.2
    additional_tax_total$10.2 promo_total$10.2 channel included_tax_total$10.2 item_count#
    approver_id# approved_at@ confirmation_delivered? !guest_token canceled_at@ canceler_id#
    store_id# approver_name frontend_viewable? customer_metadata* admin_metadata*
    subscription_order? subscription_id#
spree_line_items < spree_orders.order_id:
    variant_id# order_id# quantity# price$10.2 cost_price$10.2 tax_category_id#
    adjustment_total$10.2 additional_tax_total$10.2 promo_total$10.2 included_tax_total$10.2
    customer_metadata* admin_metadata* managed_by_order_benefit_id#
spree_adjustment_reasons:
    name code active?
spree_adjustments < spree_orders.order_id:
    source_type source_id# adjustable_type adjustable_id# amount$10.2 label order_id#
    included? adjustment_reason_id# finalized? promotion_code_id# eligible?
spree_state_changes (log):
    name previous_state stateful_id# user_id# stateful_type next_state
# fulfilment
spree_shipping_methods (marked):
    name deleted_at@ tracking_url admin_name tax_category_id# code available_to_all? carrier
    service_level available_to_users?
spree_shipments < spree_orders.order_id:
    tracking number cost$10.2 shipped_at@ order_id# state stock_location_id#
    adjustment_total$10.2 additional_tax_total$10.2 promo_total$10.2 included_tax_total$10.2
    customer_metadata* admin_metadata*
spree_shipping_rates < spree_shipments.shipment_id:
    shipment_id# shipping_method_id# selected? cost$8.2 tax_rate_id#
spree_cartons:
    number external_number stock_location_id# address_id# shipping_method_id# tracking
    shipped_at@ imported_from_shipment_id#
spree_inventory_units < spree_shipments.shipment_id:
    state variant_id# shipment_id# pending? line_item_id# carton_id#
spree_unit_cancels (log):
    inventory_unit_id# reason created_by
# payments
spree_payment_methods (marked):
    type name description active? deleted_at@ auto_capture? !preferences preference_source
    position# available_to_users? available_to_admin? type_before_removal
spree_credit_cards:
    ~month ~year cc_type ~last_digits !gateway_customer_profile_id
    !gateway_payment_profile_id ~name user_id# payment_method_id# default? address_id#
spree_payments:
    amount$10.2 order_id# source_type source_id# payment_method_id# state !response_code
    !avs_response number !cvv_response_code !cvv_response_message customer_metadata*
    admin_metadata*
spree_payment_capture_events (log):
    amount$10.2 payment_id#
spree_refund_reasons:
    name active? mutable? code
spree_refunds:
    payment_id# amount$10.2 transaction_id refund_reason_id# reimbursement_id#
    customer_metadata* admin_metadata*
# returns
spree_return_reasons:
    name active? mutable?
spree_reimbursement_types:
    name active? mutable? type
spree_return_authorizations:
    number state order_id# memo stock_location_id# return_reason_id# customer_metadata*
    admin_metadata*
spree_customer_returns:
    number stock_location_id# customer_metadata* admin_metadata*
spree_reimbursements:
    number reimbursement_status customer_return_id# order_id# total$10.2
spree_reimbursement_credits:
    amount$10.2 reimbursement_id# creditable_id# creditable_type
spree_return_items:
    return_authorization_id# inventory_unit_id# exchange_variant_id# amount$12.4
    included_tax_total$12.4 additional_tax_total$12.4 reception_status acceptance_status
    customer_return_id# reimbursement_id# exchange_inventory_unit_id#
    acceptance_status_errors preferred_reimbursement_type_id#
    override_reimbursement_type_id# resellable? return_reason_id#
# store credit
spree_store_credit_categories:
    name
spree_store_credit_types:
    name priority#
spree_store_credit_reasons:
    name active?
spree_store_credits (marked):
    user_id# category_id# created_by_id# amount$8.2 amount_used$8.2 amount_authorized$8.2
    currency memo deleted_at@ type_id# invalidated_at@
spree_store_credit_events (marked, log):
    store_credit_id# action amount$8.2 user_total_amount$8.2 !authorization_code deleted_at@
    originator_type originator_id# amount_remaining$8.2 store_credit_reason_id#
    customer_metadata* admin_metadata*
# tax
spree_tax_rates (marked):
    amount$8.5 zone_id# included_in_price? name show_rate_in_label? deleted_at@ starts_at@
    expires_at@ level#
spree_tax_rate_tax_categories (timeless):
    tax_category_id# tax_rate_id#
# promotions, first engine
spree_promotion_categories:
    name code
spree_promotions:
    description expires_at@ starts_at@ name type usage_limit# advertise? path
    promotion_category_id# per_code_usage_limit# apply_automatically?
spree_promotion_rules:
    promotion_id# type preferences
spree_promotion_actions (marked):
    promotion_id# position# type deleted_at@ preferences
spree_promotion_code_batches:
    promotion_id# base_code number_of_codes# email error state join_characters
spree_promotion_codes:
    promotion_id# value promotion_code_batch_id#
spree_orders_promotions < spree_orders.order_id:
    order_id# promotion_id# promotion_code_id#
spree_line_item_actions < spree_line_items.line_item_id:
    line_item_id# action_id# quantity#
# promotions, second engine
solidus_promotions_promotion_categories:
    name code
solidus_promotions_promotions (marked):
    description expires_at@ starts_at@ name usage_limit# advertise? path
    per_code_usage_limit# apply_automatically? lane# customer_label deleted_at@
    original_promotion_id# promotion_category_id#
solidus_promotions_benefits:
    promotion_id# type preferences original_promotion_action_id#
solidus_promotions_promotion_code_batches:
    promotion_id# base_code number_of_codes# join_characters email error state
solidus_promotions_promotion_codes:
    promotion_id# value promotion_code_batch_id#
solidus_promotions_order_promotions < spree_orders.order_id:
    order_id# promotion_id# promotion_code_id#
solidus_promotions_shipping_rate_discounts < spree_shipping_rates.shipping_rate_id:
    benefit_id# shipping_rate_id# amount$10.2 label
# subscriptions
solidus_subscriptions_subscriptions:
    actionable_date% state user_id# skip_count# successive_skip_count# store_id#
    shipping_address_id# interval_length# interval_units# end_date@ billing_address_id#
    payment_source_type payment_source_id# payment_method_id# !guest_token currency paused?
solidus_subscriptions_line_items:
    spree_line_item_id# subscription_id# quantity# subscribable_id# interval_units#
    interval_length# end_date%
solidus_subscriptions_installments:
    subscription_id# actionable_date%
solidus_subscriptions_installment_details (log):
    installment_id# success? message order_id#
solidus_subscriptions_subscription_events (log):
    subscription_id# event_type details*
"""

DECLARED = {table.name: (table, secret) for table, secret in declared(SOLIDUS)}
TABLES = tuple(table for table, _ in DECLARED.values())
SECRETS = {name: secret for name, (_, secret) in DECLARED.items() if secret}
