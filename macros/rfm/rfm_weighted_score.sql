{# The three scores in one, 1 to 5 with decimals: their mean, each counted by its weight. #}
{% macro rfm_weighted_score(scores, settings) -%}
    round((
        {%- for metric in ['recency', 'frequency', 'monetary'] %}
        {{ settings }}.{{ metric }}_weight * {{ scores }}.{{ metric }}_score{{ ' +' if not loop.last }}
        {%- endfor %}
    ) / ({{ settings }}.recency_weight + {{ settings }}.frequency_weight + {{ settings }}.monetary_weight), 4)
{%- endmacro %}
