{% test equal_rowcount(model, compare_model, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_equal_rowcount', 'dbt_utils')(model, compare_model, group_by_columns)) }}
{% endtest %}

{% macro default__test_equal_rowcount(model, compare_model, group_by_columns=[]) %}

{# The number of failures is how many rows differ, not how many groups. #}
{{ config(fail_calc='sum(coalesce(rows_difference, 0))') }}

{#
    The two counts are stacked and added up per group, not joined: so a group that is null on both sides meets
    itself, and a group found on one side only counts as a difference.
#}
{% set groups = group_by_columns | join(', ') %}
{% set lead = groups ~ ', ' if group_by_columns else '' %}

with counted as (

    select {{ lead }}count(*) as model_count, 0 as compare_count
    from {{ model }}
    {{ 'group by ' ~ groups if group_by_columns else '' }}

    union all

    select {{ lead }}0 as model_count, count(*) as compare_count
    from {{ compare_model }}
    {{ 'group by ' ~ groups if group_by_columns else '' }}

)

select
    {{ lead }}
    sum(model_count) as model_rows_count,
    sum(compare_count) as compare_rows_count,
    abs(sum(model_count) - sum(compare_count)) as rows_difference
from counted
{{ 'group by ' ~ groups if group_by_columns else '' }}

{% endmacro %}
