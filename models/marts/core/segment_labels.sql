{{ config(materialized='view') }}
{#- the families, each with its labels; which schemes they hold and how each gets its history stands in scheme_catalogue -#}
{%- set families = [
    'firmographic',
    'lifecycle',
    'behavioral',
    'rfm',
    'value',
    'clusters',
    'churn',
    'purchasing',
    'geographic',
    'engagement',
    'technographic',
    'acquisition',
    'relationship',
    'product_usage',
    'needs',
    'situational',
    'journey',
    'account',
    'demographic',
    'psychographic',
] -%}
-- one row per customer, as-of date and scheme: every label with the rule that gave it; all that is said of segments is read here
{% for family in families %}
select
    customer_id,
    as_of_date,
    is_current,
    scheme,
    segment,
    rule_id,
    rule_version,
    deciding_measure,
    deciding_value,
    deciding_text,
    lower_bound,
    upper_bound,
    lower_segment,
    upper_segment
from {{ ref(family ~ '_labels') }}
{{ 'union all' if not loop.last }}
{%- endfor %}
