-- the quarantine of this run: one row per input row that could not be used, with the reason in words
with

rejected as (
    {%- for table in input_table_names() %}
    {{ rejected_rows(table) | indent(4) }}
    union all
    {%- endfor %}
    select
        input_table,
        concat(case when rule_id = 'malformed_line' then 'line ' else 'number ' end, cast(line_number as {{ dbt.type_string() }})) as row_key,
        rule_id,
        reason as detail
    from {{ ref('stg_loader_findings') }}
    where line_number is not null
)

select
    '{{ run_id() }}' as run_id,
    rejected.input_table,
    rejected.row_key,
    rejected.rule_id,
    case when rejected.detail is null then rules.reason else concat(rules.reason, ' (', rejected.detail, ')') end as reason
from rejected
inner join {{ ref('rejection_rules') }} as rules
    on rejected.rule_id = rules.rule_id
