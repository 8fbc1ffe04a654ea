{# The band of a number, a row of the seed demographic_bands: the highest one that begins no later. An aggregate over all bands of a customer instead
   of a join by the number, so a protected number chooses no rows. #}
{% macro banded(attribute, number) -%}
    max_by(bands.band, case when bands.attribute = '{{ attribute }}' and bands.from_value <= {{ number }} then bands.from_value end)
{%- endmacro %}

{# Whole years from a birth date to a day. Who was born on 29 February is a year older on 1 March where the year has no such day. #}
{% macro age_years(birth_date, day) -%}
    extract(year from {{ day }}) - extract(year from {{ birth_date }})
        - case when extract(month from {{ day }}) * 100 + extract(day from {{ day }}) < extract(month from {{ birth_date }}) * 100 + extract(day from {{ birth_date }}) then 1 else 0 end
{%- endmacro %}
