{{ config(materialized='view') }}
{%- set backfilled = backfilled_schemes() -%}
-- one row per customer, scheme and as-of date: the whole spine for backfilled schemes, the current date for the others
{% for scheme, spine in backfilled.items() %}
select
    customer_id,
    as_of_date,
    '{{ scheme }}' as scheme,
    {{ scheme }}_segment as segment
from {{ ref(spine) }}
union all
{% endfor %}
select
    customer_id,
    as_of_date,
    scheme,
    segment
from {{ ref('customer_segment_assignments') }}
where scheme not in ('{{ backfilled.keys() | join("', '") }}')
