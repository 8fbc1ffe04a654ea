{# The rows of a judged table that did not pass, in the columns of the quarantine. #}
{% macro rejected_rows(table) -%}
select
    '{{ table }}' as input_table,
    coalesce(row_key, '(no key)') as row_key,
    rejection_rule_id as rule_id,
    rejection_detail as detail
from {{ ref('int_' ~ table ~ '_judged') }}
where rejection_rule_id is not null
{%- endmacro %}
