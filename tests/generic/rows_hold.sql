{# Everything that the rows of one table have to hold, in one test: a test costs dbt the same whatever it checks. One row per broken
   rule: `problem`, a sentence, and `rows_count`. A refresh that is refused says the problems.
   unique: columns, each without a repeated value; null is ignored, as in dbt's unique.
   keys: lists of columns that are a key together; null is a value like any other, as in dbt_utils.unique_combination_of_columns.
   filled: columns without null.
   values: column -> the values it may have; null is ignored, as in dbt's accepted_values. Text in quotes, numbers not.
   references: column -> {to: ref('table'), field: column of it}; null is ignored, as in dbt's relationships.
   rows: name -> SQL condition that no row breaks; a row where it is null passes, as in dbt_utils.expression_is_true.
   A rule for some of the rows only has the condition under `where`: {column: a, where: ...} in unique and filled, {columns: [a, b],
   where: ...} in keys, {values: [...], where: ...}, {to:, field:, where: ...}, {holds: ..., where: ...} in rows. #}
{% test rows_hold(model, unique=[], keys=[], filled=[], values={}, references={}, rows={}) %}
{%- set rules = rules_of_rows(unique, keys, filled, values, references, rows) -%}
{%- for rule in rules %}
select
    problem,
    rows_count
from (
    {{ broken_rule(model, rule) | trim | indent(4) }}
) as broken_{{ loop.index }}
{{- '\nunion all' if not loop.last }}
{%- endfor %}
{% endtest %}
