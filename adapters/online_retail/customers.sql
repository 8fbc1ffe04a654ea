-- one row per customer number; of several countries the one on most lines, the first by name among equals
select
    cast(customerid as varchar) as customer_id,
    'consumer' as customer_type,
    min(invoicedate) as created_at,
    (
        select countries.country
        from source.online_retail as countries
        where countries.customerid = lines.customerid
        group by countries.country
        order by count(*) desc, countries.country
        limit 1
    ) as country_code
from source.online_retail as lines
where customerid is not null
group by customerid
