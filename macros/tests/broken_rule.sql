{# No row where the rule holds, else one: what is wrong, and in how many rows. #}
{% macro broken_rule(relation, rule) %}
    {%- set condition = '(' ~ rule.where ~ ')' if rule.where else none -%}
    {%- set only = ' where ' ~ rule.where if rule.where else '' -%}
    {%- if rule.kind == 'filled' -%}
        {{- counted_rows(relation, rule.column ~ ' is null', condition, rule.column ~ ' is empty in', only) -}}
    {%- elif rule.kind == 'rows' -%}
        {{- counted_rows(relation, 'not (' ~ rule.holds ~ ')', condition, rule.name ~ ' does not hold in', only) -}}
    {%- elif rule.kind in ('unique', 'keys') -%}
        {%- set columns = rule.columns if rule.kind == 'keys' else [rule.column] -%}
        {%- set many = columns | length > 1 -%}
        {%- set said = [] -%}
        {%- for column in columns -%}
            {%- do said.append(shown_value(column)) -%}
        {%- endfor -%}
        {%- set conditions = ([rule.column ~ ' is not null'] if rule.kind == 'unique' else []) + ([condition] if condition else []) -%}
        {{- worst_value(
            relation, columns, conditions, 'count(*) > 1', columns | join(', ') ~ (' are repeated: ' if many else ' is repeated: '),
            said | join(", ', ', "), (' stand in ' if many else ' stands in '), only) -}}
    {%- elif rule.kind == 'values' -%}
        {%- set allowed = [] -%}
        {%- for value in rule['values'] -%}
            {%- do allowed.append(text_literal(value) if value is string else value) -%}
        {%- endfor -%}
        {%- set conditions = [rule.column ~ ' not in (' ~ allowed | join(', ') ~ ')'] + ([condition] if condition else []) -%}
        {{- worst_value(
            relation, [rule.column], conditions, none, rule.column ~ ' is ', shown_value(rule.column),
            ', none of ' ~ rule['values'] | join(', ') ~ ', in ', only) -}}
    {%- else -%}
        {%- set referring -%}
            (
                select {{ rule.column }}
                from {{ relation }}
                where {{ rule.column }} is not null{{ ' and ' ~ condition if condition }}
            ) as referring
            left join (select {{ rule.field }} as referred_field from {{ rule.to }}) as referred
                on referring.{{ rule.column }} = referred.referred_field
        {%- endset -%}
        {{- worst_value(
            referring, [rule.column], ['referred.referred_field is null'], none, rule.column ~ ' is ', shown_value(rule.column),
            ', no ' ~ rule.field ~ ' of ' ~ rule.to.identifier ~ ', in ', only) -}}
    {%- endif -%}
{% endmacro %}

{# One row where rows are faulty: `said` and how many. #}
{% macro counted_rows(relation, faulty, condition, said, only) -%}
select
    concat({{ text_literal(said ~ ' ') }}, {{ rows_in_words('count(*)') }}, {{ text_literal(only) }}) as problem,
    count(*) as rows_count
from {{ relation }}
where {{ faulty }}{{ ' and ' ~ condition if condition }}
having count(*) > 0
{%- endmacro %}

{# One row where values are faulty: the value that most rows have, and how many others there are. #}
{% macro worst_value(relation, columns, conditions, faulty_group, before, said, after, only) -%}
select
    concat({{ text_literal(before) }}, {{ said }}, {{ text_literal(after) }}, {{ rows_in_words('value_rows_count') }}, {{ text_literal(only) }},
        case when values_count > 1 then concat('; so do other values, ', cast(values_count as {{ dbt.type_string() }}), ' in all') else '' end) as problem,
    rows_count
from (
    select
        {{ columns | join(',\n        ') }},
        count(*) as value_rows_count,
        count(*) over () as values_count,
        sum(count(*)) over () as rows_count,
        row_number() over (order by count(*) desc, {{ columns | join(', ') }}) as place
    from {{ relation }}
    {%- if conditions %}
    where {{ conditions | join(' and ') }}
    {%- endif %}
    group by {{ columns | join(', ') }}
    {%- if faulty_group %}
    having {{ faulty_group }}
    {%- endif %}
) as faulty
where place = 1
{%- endmacro %}

{% macro shown_value(column) -%}
case when {{ column }} is null then 'empty' else concat('''', substring(cast({{ column }} as {{ dbt.type_string() }}), 1, 80), '''') end
{%- endmacro %}

{% macro rows_in_words(count) -%}
case when {{ count }} = 1 then '1 row' else concat(cast({{ count }} as {{ dbt.type_string() }}), ' rows') end
{%- endmacro %}

{% macro text_literal(text) -%}
'{{ text | replace("'", "''") }}'
{%- endmacro %}
