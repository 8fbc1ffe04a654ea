-- one row per buyer and as-of date: recency, frequency and monetary as the settings define them, within the window that
-- ends on the as-of date or over all history
with

settings as (
    {{ rfm_settings() }}
),

-- who is scored among each other; 'all' where nobody is parted. Today's attribute counts for past dates too: there is no history of it
parted as (
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
    cross join settings
    left join {{ ref('countries') }} as countries
        on customers.country_code = countries.country_code
),

spans as (
    select
        spine.as_of_date,
        {{ days_before('spine.as_of_date', deployment_setting('rfm_window_days')) }} as window_before_date
    from {{ ref('int_as_of_dates') }} as spine
    cross join settings
    where settings.window_days > 0
),

recent as (
    select
        days.customer_id,
        spans.as_of_date,
        sum(days.orders_count) as orders_count,
        sum(case when days.orders_count > 0 then 1 else 0 end) as purchase_days_count,
        sum(days.sales_amount - days.refund_amount) as net_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join spans
        on days.activity_date > spans.window_before_date
        and days.activity_date <= spans.as_of_date
    group by days.customer_id, spans.as_of_date
),

counted as (
    select
        purchases.customer_id,
        purchases.as_of_date,
        purchases.days_since_last_order,
        {%- for measure in ['orders_count', 'purchase_days_count', 'net_amount'] %}
        case when settings.window_days > 0 then coalesce(recent.{{ measure }}, 0) else purchases.{{ measure }} end as {{ measure }},
        {%- endfor %}
        settings.frequency_definition
    from {{ ref('int_customer_purchases_as_of') }} as purchases
    cross join settings
    left join recent
        on purchases.customer_id = recent.customer_id
        and purchases.as_of_date = recent.as_of_date
    where purchases.orders_count > 0
)

select
    counted.customer_id,
    counted.as_of_date,
    parted.attribute_group,
    counted.orders_count > 0 as is_recent,
    counted.days_since_last_order as recency_days,
    cast(
        case counted.frequency_definition when 'orders' then counted.orders_count when 'purchase_days' then counted.purchase_days_count end
        as {{ dbt.type_bigint() }}
    ) as frequency_count,
    cast(counted.net_amount as decimal(18, 4)) as monetary_amount
from counted
inner join parted
    on counted.customer_id = parted.customer_id
