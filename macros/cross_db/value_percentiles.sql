{# The exact percentiles 0 to 100 (linear interpolation) of a column per group: group column, metric, percentile,
   value, customers_count, distinct_values_count. #}
{% macro value_percentiles(relation, group_column, metric) %}
    {{- return(adapter.dispatch('value_percentiles')(relation, group_column, metric)) -}}
{% endmacro %}

{% macro default__value_percentiles(relation, group_column, metric) -%}
select {{ group_column }}, '{{ metric }}' as metric, position as percentile, value, customers_count, distinct_values_count
from (
    select
        {{ group_column }},
        percentile({{ metric }}, array({% for p in range(101) %}{{ p / 100 }}{{ ', ' if not loop.last }}{% endfor %})) as percentile_values,
        count(*) as customers_count,
        count(distinct {{ metric }}) as distinct_values_count
    from {{ relation }}
    group by {{ group_column }}
) as grouped
lateral view posexplode(percentile_values) exploded as position, value
{%- endmacro %}

{% macro duckdb__value_percentiles(relation, group_column, metric) -%}
select
    {{ group_column }},
    '{{ metric }}' as metric,
    unnest(range(101)) as percentile,
    unnest(percentile_values) as value,
    customers_count,
    distinct_values_count
from (
    select
        {{ group_column }},
        quantile_cont({{ metric }}, list_transform(range(101), lambda p: p / 100)) as percentile_values,
        count(*) as customers_count,
        count(distinct {{ metric }}) as distinct_values_count
    from {{ relation }}
    group by {{ group_column }}
) as grouped
{%- endmacro %}
