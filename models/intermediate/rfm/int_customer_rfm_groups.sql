-- one row per customer: the group within which the customer would be scored; 'all' where nobody is parted.
-- Today's attribute counts for past dates too: customers carry no history of their attributes
select
    customers.customer_id,
    case settings.group_attribute
        when 'none' then 'all'
        when 'customer_type' then coalesce(customers.customer_type, 'unknown')
        when 'country_code' then coalesce(customers.country_code, 'unknown')
        when 'sales_region' then coalesce(countries.sales_region, 'unknown')
        -- regions of one name lie in several countries
        when 'region' then concat(coalesce(customers.country_code, 'unknown'), '/', coalesce(customers.region, 'unknown'))
    end as attribute_group
from {{ ref('int_customers_accepted') }} as customers
cross join {{ ref('int_rfm_settings') }} as settings
left join {{ ref('countries') }} as countries
    on customers.country_code = countries.country_code
