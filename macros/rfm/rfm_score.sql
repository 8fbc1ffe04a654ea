{# The score of one metric: a point for each cut point strictly below the value, so equal values have equal scores;
   for recency, where less is better, the other way round. #}
{% macro rfm_score(metric, measures, cuts) -%}
    {%- set less_is_better = metric == 'recency_days' -%}
    {{ 5 if less_is_better else 1 }}
    {%- for quantile in range(1, 5) %} {{ '-' if less_is_better else '+' }} case when {{ cuts }}.{{ metric }}_cut_{{ quantile }} < cast({{ measures }}.{{ metric }} as {{ type_double() }}) then 1 else 0 end
    {%- endfor %}
{%- endmacro %}
