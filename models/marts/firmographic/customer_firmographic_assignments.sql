{%- set schemes = {
    'company_size': [['group_employee_count'], []],
    'company_revenue': [['group_revenue_amount'], []],
    'industry_sector': [[], ['industry', 'naics_code']],
    'headquarters_region': [[], ['headquarters_country_code', 'country_code']],
    'organization_hierarchy': [['subsidiaries_count', 'hierarchy_depth'], []],
    'ad_spend': [['annual_ad_spend_amount'], []],
    'ad_intensity': [['ad_spend_ratio'], []],
    'organization_type': [[], ['organization_type']],
    'company_age': [['company_age_years'], []],
    'macro': [['group_employee_count'], []],
} %}
{%- for scheme, measures in schemes.items() %}
{{ scheme_assignments(ref('customer_firmographic_segments'), scheme, numbers=measures[0], texts=measures[1]) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
