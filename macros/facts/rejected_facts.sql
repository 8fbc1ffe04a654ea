{# The rows of an input table that could not be used: customer_id (or another column as it), input_table, rejected_date (null: of no readable
   or an impossible day). Copies of a row that was kept, and what the source itself calls no fact, say nothing. #}
{% macro rejected_facts(table, day, customer='customer_id') -%}
    select {{ customer }} as customer_id, '{{ table }}' as input_table, case when rejection_rule_id <> 'impossible_date' then {{ day }} end as rejected_date
    from (
        {{ judged_rows(table) | indent(8) }}
    ) as judged_{{ table }}
    where rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
        and {{ customer }} is not null
{%- endmacro %}
