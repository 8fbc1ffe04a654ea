-- one row per input table: whether the company has it; what families need and lack is answered `unknown`
{% do refuse_taken_names() if execute -%}
{%- set declared = input_tables() if execute else [] -%}
{%- for table in input_table_names() %}
select
    '{{ table }}' as table_name,
    {{ 'true' if table in declared else 'false' }} as is_declared
{{ 'union all' if not loop.last }}
{%- endfor %}
