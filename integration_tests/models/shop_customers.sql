-- one row per client, in the words of the package's input table customers
select
    client as customer_id,
    case when employees is null then 'consumer' else 'business' end as customer_type,
    country as country_code,
    client_since as created_at
from {{ ref('shop_clients') }}
