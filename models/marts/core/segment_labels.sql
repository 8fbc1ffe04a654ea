{{ config(materialized='view') }}
{#- the families, each with its labels; which schemes they hold and how each gets its history stands in scheme_catalogue -#}
{%- set families = ['firmographic', 'lifecycle', 'behavioral', 'value', 'clusters', 'churn'] -%}
{%- set old = {'rfm': ['rfm']} -%}
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
    upper_bound
from {{ ref(family ~ '_labels') }}
union all
{% endfor %}
{%- for family, backfilled in old.items() %}
select
    customer_id, as_of_date, true as is_current, scheme, segment, rule_id, rule_version, deciding_measure, deciding_value, deciding_text, lower_bound, upper_bound
from {{ ref('customer_' ~ ('clusters' if family == 'clusters' else family) ~ '_assignments') }}
{%- for scheme in backfilled %}
union all
select
    customer_id, as_of_date, false as is_current, '{{ scheme }}' as scheme, {{ scheme }}_segment as segment, {{ scheme }}_rule_id as rule_id, null, null, null, null, null, null
from {{ ref('customer_' ~ family ~ '_spine') }}
where not is_current
{%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
