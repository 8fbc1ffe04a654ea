{# One row per row of an input table whose word no code list knows: input_table, column_name, word. `looked_up`: table, column, what
   becomes of the rows, list (none: the patterns of industries) and its column, rule that rejects such rows (the word is its detail then). #}
{% macro unlisted_words(looked_up) -%}
{%- for table, column, outcome, list, spelling, rule in looked_up %}
select '{{ table }}' as input_table, '{{ column | replace('unknown_', '') }}' as column_name, rows_read.{{ 'rejection_detail' if rule else column }} as word
from {{ ref('stg_' ~ table) }} as rows_read
{%- if rule %}
where rows_read.rejection_rule_id = '{{ rule }}'
{%- else %}
left join {{ ref(list) if list else '(' ~ industry_sectors(ref('stg_' ~ table)) ~ ')' }} as known
    on {{ (code_text('rows_read.' ~ column) ~ ' = known.' ~ spelling) if list else 'rows_read.industry = known.industry' }}
where known.{{ spelling or 'industry' }} is null and rows_read.rejection_rule_id is null and rows_read.{{ column }} is not null
{%- endif %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
