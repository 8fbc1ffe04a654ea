{# The customers with their final verdict: one may have been erased, or merged into another one. #}
{% macro judged_customers() -%}
select
    {%- for column in input_rules()['customers'].columns %}
    staged.{{ column }},
    {%- endfor %}
    staged.row_key,
    case
        when staged.rejection_rule_id is not null then staged.rejection_rule_id
        when erased.customer_id is not null then 'customer_erased'
        when identities.from_customer_id is not null then 'customer_merged'
    end as rejection_rule_id,
    case
        when staged.rejection_rule_id is not null then staged.rejection_detail
        when erased.customer_id is not null then null
        when identities.from_customer_id is not null then concat('merged into ', identities.to_customer_id)
    end as rejection_detail
from {{ ref('stg_customers') }} as staged
left join {{ ref('int_customer_identities') }} as identities
    on staged.customer_id = identities.from_customer_id
left join (
    -- whoever asked under an old identifier is meant as the survivor
    select coalesce(merged.to_customer_id, requests.customer_id) as customer_id
    from {{ accepted_relation('erasure_requests') | indent(4) }} as requests
    left join {{ ref('int_customer_identities') }} as merged
        on requests.customer_id = merged.from_customer_id
    group by 1
) as erased
    on coalesce(identities.to_customer_id, staged.customer_id) = erased.customer_id
{%- endmacro %}
