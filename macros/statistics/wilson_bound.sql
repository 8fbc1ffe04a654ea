{# Wilson's 95 % interval of a share, the 'lower' or the 'upper' end of it: `part_count` of `whole_count`. 3.8416 is the square of 1.96. #}
{% macro wilson_bound(end, part_count, whole_count) -%}
    {%- set ratio = '(' ~ part_count ~ ' / ' ~ double_literal(whole_count) ~ ')' -%}
    {%- set spread = '(' ~ double_literal('3.8416') ~ ' / ' ~ whole_count ~ ')' -%}
    {{ 'greatest(' if end == 'lower' else 'least(' }}(
        {{ ratio }} + {{ spread }} / 2 {{ '-' if end == 'lower' else '+' }} sqrt({{ ratio }} * (1 - {{ ratio }}) * {{ spread }} + {{ spread }} * {{ spread }} / 4)
    ) / (1 + {{ spread }}), {{ 0 if end == 'lower' else 1 }})
{%- endmacro %}
