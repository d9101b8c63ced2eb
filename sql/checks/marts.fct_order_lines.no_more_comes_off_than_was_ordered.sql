-- Of a line no more units come off than were ordered, and none are left below zero.
-- severity: warn
select lines.order_line_id, lines.quantity, lines.refunded_quantity, lines.current_quantity
from marts.fct_order_lines as lines
where lines.refunded_quantity > lines.quantity
    or lines.current_quantity < 0
    or lines.current_quantity > lines.quantity
