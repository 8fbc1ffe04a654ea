-- one row per deal that was won: it is an order on the day it was closed
select
    opportunity_id as order_id,
    account as customer_id,
    close_date as ordered_at,
    'won' as status,
    'USD' as currency_code,
    close_value as net_amount
from source.sales_pipeline
where deal_stage = 'Won'
