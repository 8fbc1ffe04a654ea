-- one row per customer and scheme that is decided by the band a number falls into
{%- set schemes = {
    'company_size': ['group_employee_count', 'is_group_employee_count_overridden'],
    'company_revenue': ['group_revenue_amount', 'is_group_revenue_overridden'],
    'ad_spend': ['annual_ad_spend_amount', 'false'],
    'ad_intensity': ['ad_spend_ratio', 'false'],
    'company_age': ['company_age_years', 'false'],
} %}
with

customers as (
    select customer_id
    from {{ ref('int_customers_as_of') }}
    where is_current
),

measures as (
    {%- for scheme, columns in schemes.items() %}
    select
        customers.customer_id,
        '{{ scheme }}' as scheme,
        cast(companies.{{ columns[0] }} as {{ type_double() }}) as value,
        case
            when companies.customer_id is null then 'not_applicable'
            when companies.{{ columns[0] }} is null then 'unknown'
        end as fallback_segment,
        case when {{ columns[1] }} then 'override' else 'band' end as rule_kind
    from customers
    left join {{ ref('int_company_profiles') }} as companies
        on customers.customer_id = companies.customer_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    measures.customer_id,
    measures.scheme,
    rules.segment,
    rules.rule_id
from measures
inner join {{ ref('old_segment_rules') }} as rules
    on measures.scheme = rules.scheme
    and coalesce(measures.fallback_segment, rules.segment) = rules.segment
    and case when measures.fallback_segment is null then measures.rule_kind else 'fallback' end = rules.kind
    and coalesce(measures.value >= rules.lower_bound, true)
    and coalesce(measures.value < rules.upper_bound, true)
