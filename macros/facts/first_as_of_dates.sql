{# A CTE: one row per day that occurs, with the first date of the spine that knows it; days after the spine have none. #}
{% macro first_as_of_dates(relation, date_column) -%}
first_as_of_dates as (
    select
        days_that_occur.{{ date_column }},
        min(spine_dates.as_of_date) as first_as_of_date
    from (select {{ date_column }} from {{ relation }} group by {{ date_column }}) as days_that_occur
    inner join {{ ref('int_as_of_dates') }} as spine_dates
        on days_that_occur.{{ date_column }} <= spine_dates.as_of_date
    group by days_that_occur.{{ date_column }}
)
{%- endmacro %}
