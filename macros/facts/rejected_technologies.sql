{# One row per customer with a row of technologies that could not be used: what such a customer has in use is not known. Copies of a row that
   was kept, and what the source itself calls no fact, say nothing. #}
{% macro rejected_technologies() -%}
    select judged.customer_id
    from (
        {{ judged_rows('technologies') | indent(8) }}
    ) as judged
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and coalesce(judged.first_seen_date, spine.as_of_date) <= spine.as_of_date
    where judged.rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
        and judged.customer_id is not null
    group by judged.customer_id
{%- endmacro %}
