{%- set schemes = [
    'age_band', 'gender', 'household', 'children', 'marital_status', 'income_band', 'occupation', 'education', 'employment_status', 'employer',
    'contact_function', 'contact_seniority',
] -%}
with

labels as (
    {{ wide_labels(ref('demographic_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.is_person,
    facts.income_source,
    facts.employer_customer_id,
    {%- for measure in ['contacts_with_function', 'contacts_with_seniority'] + contact_levels() %}
    {%- set count = measure ~ ('_count' if measure.startswith('contacts') else '_contacts_count') %}
    cast(case when facts.is_company then facts.{{ count }} end as {{ dbt.type_bigint() }}) as {{ count }},
    {%- endfor %}
    facts.main_contact_function_ratio
from {{ ref('demographic_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
