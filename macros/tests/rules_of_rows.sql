{# The arguments of the test rows_hold as one list of rules, each with `kind` and `where`. What cannot be read stops the run: a rule
   that is not understood may not count as one that holds. #}
{% macro rules_of_rows(unique, keys, filled, values, references, rows) %}
    {%- set rules = [] -%}
    {%- for kind, list in {'unique': unique, 'keys': keys, 'filled': filled}.items() -%}
        {%- if list is string or list is mapping or list is not iterable -%}{{ refused_rule(kind, list, 'a list') }}{%- endif -%}
        {%- set named = 'columns' if kind == 'keys' else 'column' -%}
        {%- for one in list -%}
            {%- set rule = read_rule(kind, one if one is mapping else {named: one}, [named]) -%}
            {%- if kind == 'keys' and (rule.columns is string or rule.columns is not iterable or not rule.columns) -%}
                {{ refused_rule(kind, one, 'a list of columns') }}
            {%- elif kind != 'keys' and rule.column is not string -%}
                {{ refused_rule(kind, one, 'the name of a column') }}
            {%- endif -%}
            {%- do rules.append(rule) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for kind, mapped in {'values': values, 'references': references, 'rows': rows}.items() -%}
        {%- if mapped is not mapping -%}{{ refused_rule(kind, mapped, 'a mapping') }}{%- endif -%}
        {%- set named = {'values': ['values'], 'references': ['to', 'field'], 'rows': ['holds']}[kind] -%}
        {%- for name, one in mapped.items() -%}
            {%- set rule = read_rule(kind, one if one is mapping else {named[0]: one}, named) -%}
            {%- if kind == 'values' and (rule['values'] is string or rule['values'] is not iterable or not rule['values']) -%}
                {{ refused_rule(kind, one, 'a list of values') }}
            {%- elif kind == 'rows' and rule.holds is not string -%}
                {{ refused_rule(kind, one, 'a condition in SQL') }}
            {%- endif -%}
            {%- do rule.update({'name' if kind == 'rows' else 'column': name}) -%}
            {%- do rules.append(rule) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not rules -%}
        {{ exceptions.raise_compiler_error("rows_hold checks nothing: give it unique, keys, filled, values, references or rows.") }}
    {%- endif -%}
    {{- return(rules) -}}
{% endmacro %}

{# One rule, with nothing missing and nothing that is not known: a misspelt `where` is no rule without a condition. #}
{% macro read_rule(kind, given, named) %}
    {%- for word in given if word not in named + ['where'] -%}
        {{ refused_rule(kind, given, 'nothing but ' ~ named | join(', ') ~ ' and where') }}
    {%- endfor -%}
    {%- for word in named if given.get(word) is none -%}
        {{ refused_rule(kind, given, word ~ ' to be given') }}
    {%- endfor -%}
    {%- if 'where' in given and (given.where is not string or not given.where | trim) -%}
        {{ refused_rule(kind, given, 'a condition in SQL under where') }}
    {%- endif -%}
    {{- return(dict(given, kind=kind, where=given.get('where'))) -}}
{% endmacro %}

{% macro refused_rule(kind, given, wanted) %}
    {{- exceptions.raise_compiler_error("'" ~ kind ~ "' of rows_hold is " ~ given ~ "; it takes " ~ wanted ~ ".") -}}
{% endmacro %}
