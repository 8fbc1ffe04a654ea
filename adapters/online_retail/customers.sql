-- one row per customer number; of several countries the one on most lines, the first by name among equals
with

lines_per_country as (
    select
        CustomerID,
        Country,
        count(*) as lines_count
    from source.online_retail
    where CustomerID is not null
    group by CustomerID, Country
)

select
    cast(CustomerID as varchar) as customer_id,
    arg_min(Country, row(-lines_count, Country)) as country_code
from lines_per_country
group by CustomerID
