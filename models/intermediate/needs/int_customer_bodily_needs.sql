{%- set flags = {'accessibility': 'is_accessibility_feature', 'body': 'is_for_body', 'surroundings': 'is_for_surroundings'} -%}
-- one row per customer who consented to the use of health data, on the current as-of date: orders with products that serve accessibility,
-- body or surroundings, and days with an accessibility feature. Nothing is worked out for anybody else
with

consenting as (
    {{ consenting_customers('health_data_consent') }}
),

limits as (
    {{ settings('needs', ['physical_days']) }}
),

-- where no product carries a flag nobody has said which products these are
flagged as (
    select
        {%- for name, flag in flags.items() %}
        max(case when {{ flag }} then 1 else 0 end) as has_{{ name }}_products{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_products_accepted') }}
),

bought as (
    select
        consenting.customer_id
        {%- for name, flag in flags.items() %},
        count(distinct case when products.{{ flag }} then orders.order_id end) as {{ name }}_orders_count
        {%- endfor %}
    from consenting
    inner join {{ ref('int_orders_accepted') }} as orders on consenting.customer_id = orders.customer_id and consenting.as_of_date >= orders.ordered_date
    inner join {{ ref('int_order_items_accepted') }} as items on orders.order_id = items.order_id
    inner join {{ ref('int_products_accepted') }} as products on items.product_id = products.product_id
    cross join limits
    where orders.counts_as_sale
        and {{ days_between('orders.ordered_date', 'consenting.as_of_date') }} < limits.physical_days
    group by consenting.customer_id
),

-- decided once for each name of an event
features as (
    select names.event_name
    from (select event_name from {{ ref('int_product_events_owned') }} group by event_name) as names
    inner join {{ ref('accessibility_events') }} as patterns on lower(names.event_name) like patterns.event_name_pattern
    group by names.event_name
),

used as (
    select consenting.customer_id, count(distinct events.occurred_date) as accessibility_days_count
    from consenting
    inner join {{ ref('int_product_events_owned') }} as events on consenting.customer_id = events.customer_id and consenting.as_of_date >= events.occurred_date
    inner join features on events.event_name = features.event_name
    cross join limits
    where {{ days_between('events.occurred_date', 'consenting.as_of_date') }} < limits.physical_days
    group by consenting.customer_id
)

select
    consenting.customer_id,
    {%- for name in flags %}
    coalesce(flagged.has_{{ name }}_products, 0) as has_{{ name }}_products,
    coalesce(bought.{{ name }}_orders_count, 0) as {{ name }}_orders_count,
    {%- endfor %}
    coalesce(used.accessibility_days_count, 0) as accessibility_days_count
from consenting
cross join flagged
left join bought on consenting.customer_id = bought.customer_id
left join used on consenting.customer_id = used.customer_id
