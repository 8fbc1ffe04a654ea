{# CTEs on top of `cleaned` that end in `checked_rows`: every row, with the verdict of the rules that one table
   can decide alone. In this order: what the input could not read, the table's own rules, duplicates of the key.
   Of rows with one key the first by `keep` stays; all columns break ties, so the choice never depends on the
   order in which rows arrive. Columns: the contract's, `derived`, row_key, rejection_rule_id, rejection_detail.
   A personal column of a key stands in row_key as its hash. #}
{% macro checked_rows(table, derived=[], rules={}, keep=none) %}
{%- set contract_columns = input_contract(table) | map(attribute='name') | list if execute else [] -%}
{%- set key = input_key(table) if execute else ['parsed_only'] -%}
{%- set personal_columns = input_contract(table) | selectattr('pii') | map(attribute='name') | list if execute else [] -%}
{%- set columns = contract_columns + derived -%}
judged as {{ inlined_cte() }}(
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {% if key | length == 1 -%}
        {{ key[0] }} as row_key,
        {%- else -%}
        concat_ws(' / '{% for column in key %}, coalesce({% if column in personal_columns %}md5({{ column }}){% else %}cast({{ column }} as {{ dbt.type_string() }}){% endif %}, '-'){% endfor %}) as row_key,
        {%- endif %}
        case
            when problem_rule_id is not null then problem_rule_id
            {%- for rule_id, condition in rules.items() %}
            when {{ condition }} then '{{ rule_id }}'
            {%- endfor %}
        end as rejection_rule_id,
        problem_detail as rejection_detail,
        unreadable_values_count
    from cleaned
),

repeated_keys as (
    select row_key
    from judged
    where rejection_rule_id is null and row_key is not null
    group by row_key
    having count(*) > 1
),

repeated_rows as (
    select
        judged.*,
        {{ row_fingerprint(contract_columns) }} as fingerprint
    from judged
    where judged.rejection_rule_id is null
        and judged.row_key in (select repeated_keys.row_key from repeated_keys)
),

ranked_rows as (
    select
        repeated_rows.*,
        row_number() over (partition by row_key order by {{ keep ~ ', ' if keep }}fingerprint) as copy_number,
        first_value(fingerprint) over (partition by row_key order by {{ keep ~ ', ' if keep }}fingerprint) as kept_fingerprint
    from repeated_rows
),

checked_rows as (
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        row_key,
        rejection_rule_id,
        rejection_detail,
        unreadable_values_count
    from judged
    where rejection_rule_id is not null
        or row_key is null
        or row_key not in (select repeated_keys.row_key from repeated_keys)
    union all
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        row_key,
        case
            when copy_number = 1 then null
            when fingerprint = kept_fingerprint then 'exact_duplicate'
            else 'conflicting_duplicate'
        end as rejection_rule_id,
        rejection_detail,
        unreadable_values_count
    from ranked_rows
)
{%- endmacro %}
