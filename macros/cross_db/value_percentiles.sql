{# The exact percentiles 0 to 100 (linear interpolation) of a column per group: group columns, metric, percentile,
   value, customers_count, distinct_values_count. The column holds whole numbers and says of how many units one is made
   (`units_per_one`: 1 for counts, 10000 for an amount in ten-thousandths). They are sorted many times faster than
   floating point numbers, and exact: engines interpolate between two equal values to a hair beside them, which would score
   tied customers above their own percentile; between whole numbers a percentile is a whole number of hundredths. #}
{% macro value_percentiles(relation, group_columns, metric, units_per_one) %}
    {{- return(adapter.dispatch('value_percentiles', 'customer_segmentation')(relation, group_columns | join(', '), metric, units_per_one)) -}}
{% endmacro %}

{% macro default__value_percentiles(relation, groups, metric, units_per_one) -%}
select
    {{ groups }},
    '{{ metric }}' as metric,
    position as percentile,
    round(value * 100) / {{ 100 * units_per_one }} as value,
    customers_count,
    distinct_values_count
from (
    select
        {{ groups }},
        percentile({{ metric }}, array({% for p in range(101) %}{{ p / 100 }}{{ ', ' if not loop.last }}{% endfor %})) as percentile_values,
        count(*) as customers_count,
        count(distinct {{ metric }}) as distinct_values_count
    from {{ relation }}
    group by {{ groups }}
) as grouped
lateral view posexplode(percentile_values) exploded as position, value
{%- endmacro %}

{% macro duckdb__value_percentiles(relation, groups, metric, units_per_one) -%}
select
    {{ groups }},
    '{{ metric }}' as metric,
    unnest(range(101)) as percentile,
    round(unnest(percentile_values) * 100) / {{ 100 * units_per_one }} as value,
    customers_count,
    distinct_values_count
from (
    select
        {{ groups }},
        quantile_cont({{ metric }}, list_transform(range(101), lambda p: p / 100)) as percentile_values,
        count(*) as customers_count,
        count(distinct {{ metric }}) as distinct_values_count
    from {{ relation }}
    group by {{ groups }}
) as grouped
{%- endmacro %}
