{% test mutually_exclusive_ranges(model, lower_bound_column, upper_bound_column, partition_by=None, gaps='allowed', zero_length_range_allowed=False) %}
    {{ return(adapter.dispatch('test_mutually_exclusive_ranges', 'dbt_utils')(
        model, lower_bound_column, upper_bound_column, partition_by, gaps, zero_length_range_allowed
    )) }}
{% endtest %}

{% macro default__test_mutually_exclusive_ranges(model, lower_bound_column, upper_bound_column, partition_by=None, gaps='allowed', zero_length_range_allowed=False) %}

{# What the upper bound of a range must be to the lower bound of the next. #}
{% set to_next = {'not_allowed': '=', 'allowed': '<=', 'required': '<'}.get(gaps) %}
{% if to_next is none %}
    {{ exceptions.raise_compiler_error(
        "mutually_exclusive_ranges: 'gaps' must be not_allowed, allowed or required, not: " ~ gaps
    ) }}
{% endif %}
{% set to_own_upper = '<=' if zero_length_range_allowed else '<' %}
{% set partition = 'partition by ' ~ partition_by if partition_by else '' %}

with ranges as (

    select
        {% if partition_by %}
        {{ partition_by }} as partition_by_column,
        {% endif %}
        {{ lower_bound_column }} as lower_bound,
        {{ upper_bound_column }} as upper_bound,
        lead({{ lower_bound_column }}) over (
            {{ partition }}
            order by {{ lower_bound_column }}, {{ upper_bound_column }}
        ) as next_lower_bound,
        row_number() over (
            {{ partition }}
            order by {{ lower_bound_column }} desc, {{ upper_bound_column }} desc
        ) = 1 as is_last_range
    from {{ model }}

)

-- a comparison with a null bound is null: counted as a failure, but for the last range, which has no next
select *
from ranges
where not coalesce(lower_bound {{ to_own_upper }} upper_bound, false)
    or not coalesce(upper_bound {{ to_next }} next_lower_bound, is_last_range, false)

{% endmacro %}
