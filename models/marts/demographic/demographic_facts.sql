{%- set protected_schemes = ['age_band', 'gender', 'household', 'children', 'marital_status'] -%}
-- one row per customer: its situation at the current date in each scheme of the family, beside the measures that the rules of contacts name. Sources
-- give today's attributes only, so there are no earlier dates; of a person nothing stands here but the situations
with

declared as (
    {{ declared_flags(['contacts']) }}
),

-- schemes that need consent, as the catalogue marks them
allowed as (
    select
        {%- for scheme in protected_schemes %}
        max(case when scheme = '{{ scheme }}' and is_sensitive then 1 else 0 end) = 1 as is_{{ scheme }}_allowed{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('scheme_catalogue') }}
),

contacts as (
    {{ company_contacts() | indent(4) }}
),

rejected as (
    {{ rejected_contacts() }}
)

select
    demographics.customer_id,
    demographics.as_of_date,
    true as is_current,
    demographics.is_person,
    demographics.income_source,
    demographics.employer_customer_id,
    companies.customer_id is not null as is_company,
    contacts.main_contact_function_ratio,
    coalesce(contacts.contacts_with_function_count, 0) as contacts_with_function_count,
    coalesce(contacts.contacts_with_seniority_count, 0) as contacts_with_seniority_count,
    {%- for level in contact_levels() %}
    coalesce(contacts.{{ level }}_contacts_count, 0) as {{ level }}_contacts_count,
    {%- endfor %}
    {{- demographic_situations(protected_schemes, ['income_band', 'occupation', 'education', 'employment_status', 'employer']) }}
from {{ ref('int_customer_demographics') }} as demographics
cross join declared
cross join allowed
left join {{ ref('int_customer_personal_traits') }} as traits on demographics.customer_id = traits.customer_id
left join {{ ref('int_companies') }} as companies on demographics.customer_id = companies.customer_id
left join contacts on demographics.customer_id = contacts.customer_id
left join rejected on demographics.customer_id = rejected.customer_id
