{# CTEs on top of `cleaned` that end in `checked_rows`: every row, with the verdict of the rules that one table
   can decide alone. In this order: what the input could not read, the table's own rules, duplicates of the key.
   Of the versions of a row the one with the latest updated_at stays; where that does not say, the one that is further
   by `keep` (paid over pending, ended over open), else the one that was delivered last. Where the newest version cannot be used the
   older ones are not either: what is true of the row now is not known. Columns: those that the project keeps (`input_rules`), row_key, rejection_rule_id,
   rejection_detail, unreadable_values_count. A personal column of a key stands in row_key as its hash.
   Staging reads no row of rejection_rules, but comes after it: one test of a staging table looks at its keys and at its rules, and
   `dbt build` holds back what follows only for tests whose tables all came before. #}
{% macro checked_rows(table, rules={}, keep=none) %}
{%- if not execute -%}{%- do ref('rejection_rules') -%}{%- endif -%}
{%- set kept = input_rules()[table].columns -%}
{%- set contract = input_contract(table) if execute and model.resource_type != 'unit_test' else [] -%}
{%- set compared = contract | map(attribute='name') | list or kept -%}
{%- set order = ['row_position desc', 'fingerprint'] -%}
{%- if keep -%}{%- do order.insert(0, keep) -%}{%- endif -%}
{%- if contract | selectattr('name', 'equalto', 'updated_at') | list -%}{%- do order.insert(0, 'updated_at desc nulls last') -%}{%- endif -%}
{%- set versions = 'partition by row_key, rejection_rule_id order by ' ~ order | join(', ') -%}
{%- set newest = order | reject('equalto', keep) | list -%}
{#- where nothing says which came later, what can be used does not fall with what cannot -#}
{%- do newest.insert(-1, 'case when rejection_rule_id is null then 0 else 1 end') -%}
{%- set personal = contract | selectattr('pii') | map(attribute='name') | list -%}
{%- set key = [] -%}
{%- for column in input_rules()[table].key -%}
    {%- do key.append('md5(' ~ column ~ ')' if column in personal else 'cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')') -%}
{%- endfor -%}
judged as {{ inlined_cte() }}(
    select
        cleaned.*,
        {{ joined_key(key) }} as row_key,
        case
            when problem_rule_id is not null then problem_rule_id
            {%- for rule_id, condition in rules.items() %}
            when {{ condition }} then '{{ rule_id }}'
            {%- endfor %}
        end as rejection_rule_id
    from cleaned
),

repeated_rows as (
    select
        judged.*,
        {{ row_fingerprint(compared) }} as fingerprint
    from judged
    where is_repeated
),

-- rows that are rejected anyway stand apart and take no part in the choice
ranked_rows as (
    select
        repeated_rows.*,
        row_number() over ({{ versions }}) as copy_number,
        first_value(fingerprint) over ({{ versions }}) as kept_fingerprint,
        first_value(coalesce(rejection_rule_id, 'rejected_by_source') <> 'rejected_by_source') over (partition by row_key order by {{ newest | join(', ') }}) as is_newest_rejected
    from repeated_rows
),

checked_rows as (
    select
        {%- for column in kept %}
        {{ column }},
        {%- endfor %}
        row_key,
        rejection_rule_id,
        problem_detail as rejection_detail,
        unreadable_values_count
    from judged
    where not is_repeated
    union all
    select
        {%- for column in kept %}
        {{ column }},
        {%- endfor %}
        row_key,
        case
            when rejection_rule_id is not null then rejection_rule_id
            when row_key is null then null
            when is_newest_rejected then 'later_version_rejected'
            when copy_number = 1 then null
            when fingerprint = kept_fingerprint then 'exact_duplicate'
            else 'conflicting_duplicate'
        end as rejection_rule_id,
        problem_detail as rejection_detail,
        unreadable_values_count
    from ranked_rows
)
{%- endmacro %}
