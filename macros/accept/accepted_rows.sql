{# The rows of a table that passed: the columns that staging keeps, with the exchange rate where there are amounts;
   row_key where the key is none of those (`with_row_key`). #}
{% macro accepted_rows(table, with_row_key=false) -%}
{%- set rules = input_rules()[table] -%}
with

judged as (
    {{ judged_rows(table) | indent(4) }}
)

select
    {{ (rules.columns + (['rate_to_reporting'] if rules.currency else []) + (['row_key'] if with_row_key else [])) | join(',\n    ') }}
from judged
where rejection_rule_id is null
{%- endmacro %}
