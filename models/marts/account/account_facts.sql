{%- set parts = ['fit', 'potential'] -%}
-- one row per customer, at the current date: the situation in each scheme of the family, beside the measures that its rules name. A company of a
-- group has those of its ultimate parent. What companies are is known as of today only, so there are no earlier dates
with

scores as (
    select
        account_customer_id
        {%- for part in parts %},
        sum(case when part = '{{ part }}' then points else 0 end) as {{ part }}_points,
        sum(case when part = '{{ part }}' and is_known then maximum_points else 0 end) as {{ part }}_known_points,
        sum(case when part = '{{ part }}' then maximum_points else 0 end) as {{ part }}_maximum_points
        {%- endfor %}
    from {{ ref('account_points') }}
    group by account_customer_id
),

ratios as (
    select
        customers.customer_id,
        customers.as_of_date,
        customers.is_current,
        scores.*,
        -- whole numbers up to the division, so that what lies on a bound lies on it
        {%- for part in parts %}
        scores.{{ part }}_points / {{ double_literal('nullif(scores.' ~ part ~ '_known_points, 0)') }} as {{ part }}_ratio,
        scores.{{ part }}_known_points / {{ double_literal('nullif(scores.' ~ part ~ '_maximum_points, 0)') }} as known_{{ part }}_ratio,
        {%- endfor %}
        100 * scores.fit_points * scores.potential_points
            / {{ double_literal('nullif(scores.fit_known_points * scores.potential_known_points, 0)') }} as account_score
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_company_hierarchy') }} as hierarchy
        on customers.customer_id = hierarchy.customer_id
    left join scores
        on hierarchy.ultimate_parent_customer_id = scores.account_customer_id
    where customers.is_current
)

select
    ratios.*,
    -- a tier needs both parts, so the one that is known less decides
    least(known_fit_ratio, known_potential_ratio) as known_ratio
    {%- for scheme in ['account_tier', 'account_fit', 'revenue_potential'] %},
    case when account_customer_id is null then 'not_applicable' else 'company' end as {{ scheme }}_situation
    {%- endfor %}
from ratios
