{# Why a question about orders does not arise for a customer on a date; null: it does. Reads the CTEs or aliases `declared` (has_orders),
   `relationships` and `habits` of the model that asks. #}
{% macro no_orders_situation() -%}
    case
            when not declared.has_orders then 'unknown'
            when habits.customer_id is not null then null
            -- what could not be used may have been an order
            when relationships.has_rejected_orders or relationships.has_rejected_purchases and not relationships.has_had_contract then 'rejected'
            when relationships.has_had_contract then 'contract_only'
            else 'never_bought'
        end
{%- endmacro %}
