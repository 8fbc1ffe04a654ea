{# One row per customer with a row of technologies that could not be used: what such a customer has in use is not known. Copies of a row that
   was kept, and what the source itself calls no fact, say nothing. #}
{% macro rejected_technologies() -%}
    select customer_id
    from (
        {{ judged_rows('technologies') | indent(8) }}
    ) as judged
    where rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
        and customer_id is not null
    group by customer_id
{%- endmacro %}
