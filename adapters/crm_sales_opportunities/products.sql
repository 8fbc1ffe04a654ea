-- one row per product of the price list
select
    product as product_id,
    product as product_name,
    series as category
from source.products
