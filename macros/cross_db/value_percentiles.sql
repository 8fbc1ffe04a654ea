{# The exact percentiles 0 to 100 (linear interpolation) of a column per group: group columns, metric, percentile,
   value, customers_count, distinct_values_count. Whole numbers are sorted many times faster than floating point ones:
   an amount may come in units of which `units_per_one` make one. #}
{% macro value_percentiles(relation, group_columns, metric, units_per_one=1) %}
    {{- return(adapter.dispatch('value_percentiles')(relation, group_columns | join(', '), metric, units_per_one)) -}}
{% endmacro %}

{% macro default__value_percentiles(relation, groups, metric, units_per_one) -%}
select
    {{ groups }},
    '{{ metric }}' as metric,
    position as percentile,
    cast(value as double) / {{ units_per_one }} as value,
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
    unnest(percentile_values) / {{ units_per_one }} as value,
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
