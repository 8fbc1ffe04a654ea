{# Days of a horizon, each discounted to its beginning: the integral of (1 + rate) ^ (-day / 365.25). A number. #}
{% macro discounted_days(yearly_rate, horizon_days) -%}
    {%- if yearly_rate > 0 -%}
        ((1 - power({{ double_literal(1 + yearly_rate) }}, -{{ horizon_days }} / {{ double_literal(365.25) }})) / ln({{ double_literal(1 + yearly_rate) }}) * 365.25)
    {%- else -%}
        {{ double_literal(horizon_days) }}
    {%- endif -%}
{%- endmacro %}
