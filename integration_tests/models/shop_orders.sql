-- one row per receipt, in the words of the package's input table orders
select
    receipt as order_id,
    client as customer_id,
    sold_at as ordered_at,
    state as status,
    euros as net_amount,
    'EUR' as currency_code
from {{ ref('shop_sales') }}
