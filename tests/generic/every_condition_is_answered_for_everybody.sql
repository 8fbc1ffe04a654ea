{# Conditions x customers = rows: of nobody an answer is missing, be it null. #}
{% test every_condition_is_answered_for_everybody(model) %}
with

expected as (
    select count(*) as rows_count
    from {{ ref('int_custom_conditions') }} as conditions
    inner join {{ ref('int_customers_as_of') }} as customers
        on customers.is_current
        and conditions.custom_segment is not null
),

found as (
    select count(*) as rows_count from {{ model }}
)

select
    expected.rows_count as expected_count,
    found.rows_count as found_count
from expected
inner join found
    on expected.rows_count <> found.rows_count
{% endtest %}
