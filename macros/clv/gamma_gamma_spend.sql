{# Spend of a coming purchase day by Gamma-Gamma (parameters p, q, gamma), else the own mean. #}
{% macro gamma_gamma_spend() -%}
    case
        when is_usable and repeat_purchase_count > 0 and mean_repeat_spend_amount > 0
            then p * (gamma + repeat_purchase_count * mean_repeat_spend_amount) / (p * repeat_purchase_count + q - 1)
        when is_usable and q > 1 then p * gamma / (q - 1)
        else mean_spend_amount
    end
{%- endmacro %}
