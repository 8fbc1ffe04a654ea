{# The rows of a table that did not pass, in the columns of the quarantine. #}
{% macro rejected_rows(table) -%}
select
    '{{ table }}' as input_table,
    coalesce(judged.row_key, '(no key)') as row_key,
    judged.rejection_rule_id as rule_id,
    judged.rejection_detail as detail
from (
    {{ judged_rows(table) | indent(4) }}
) as judged
where judged.rejection_rule_id is not null
{%- endmacro %}
