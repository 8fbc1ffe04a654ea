{#- the label columns are those of the contract in YAML: a new scheme is a line there -#}
{%- set schemes = [] -%}
{%- for column in model.columns if column.endswith('_segment') -%}
    {%- do schemes.append(column | replace('_segment', '')) -%}
{%- endfor -%}
-- one row per customer: every label beside the main measures
with

customers as (
    select
        customers_as_of.customer_id,
        customers_as_of.as_of_date,
        -- any other word may be the name of somebody
        case
            when customers.customer_type in ('business', 'consumer') then customers.customer_type
            when customers.customer_type is not null then 'other'
        end as customer_type,
        customers.country_code
    from {{ ref('int_customers_as_of') }} as customers_as_of
    inner join {{ ref('int_customers_accepted') }} as customers
        on customers_as_of.customer_id = customers.customer_id
    where customers_as_of.is_current
),

labels as (
    select
        customer_id
        {%- for scheme in schemes %},
        max(case when scheme = '{{ scheme }}' then segment end) as {{ scheme }}_segment
        {%- endfor %}
    from {{ ref('segment_labels') }}
    where is_current
    group by customer_id
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.customer_type,
    customers.country_code,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    {%- endfor %}
    purchases.first_order_date,
    purchases.last_order_date,
    rfm.recency_days,
    coalesce(cast(rfm.frequency_count as {{ dbt.type_bigint() }}), 0) as frequency_count,
    coalesce(cast(rfm.monetary_amount as decimal(18, 2)), 0) as monetary_amount,
    lifetime_values.historic_value_amount,
    lifetime_values.predicted_clv_amount,
    lifetime_values.probability_alive,
    lifetime_values.expected_purchases_next_365_days
from customers
inner join labels
    on customers.customer_id = labels.customer_id
left join {{ ref('int_customer_purchases_as_of') }} as purchases
    on customers.customer_id = purchases.customer_id
    and customers.as_of_date = purchases.as_of_date
left join {{ ref('customer_rfm_segments') }} as rfm
    on customers.customer_id = rfm.customer_id
left join {{ ref('customer_lifetime_values') }} as lifetime_values
    on customers.customer_id = lifetime_values.customer_id
