-- No item costs a million.
select item_id, price
from marts.fct_items
where price > 1000000
