-- one row per deal; a deal without an account is kept so that it is counted as rejected
select
    opportunity_id,
    account as customer_id,
    case product when 'GTXPro' then 'GTX Pro' else product end as product_id,
    deal_stage as stage,
    close_value as amount,
    'USD' as currency_code,
    engage_date as created_at,
    close_date as closed_at,
    case deal_stage when 'Won' then true when 'Lost' then false end as is_won
from source.sales_pipeline
