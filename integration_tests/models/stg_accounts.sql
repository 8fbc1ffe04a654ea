-- one row per client that is a company, in the words of the package's input table accounts
select
    client as customer_id,
    branch as industry,
    employees as employee_count,
    country as headquarters_country_code
from {{ ref('shop_clients') }}
where employees is not null
