{# One row per customer with an order, a subscription or a refund that could not be used, and the first day of one, and of a subscription
   (of no readable or an impossible day: the first of all days): whether such a customer has bought, or has a contract, is not known. #}
{% macro rejected_purchases() -%}
    select
        customer_id,
        min(coalesce(rejected_date, cast('1970-01-01' as date))) as first_rejected_date,
        min(case when input_table = 'subscriptions' then coalesce(rejected_date, cast('1970-01-01' as date)) end) as first_rejected_subscription_date
    from (
        {{ rejected_facts('orders', 'ordered_date') | indent(8) }}
        union all
        {{ rejected_facts('subscriptions', 'started_date') | indent(8) }}
        union all
        -- of an order that nobody delivered, or none at all
        {{ rejected_facts('refunds', 'refunded_date', 'named_customer_id') | indent(8) }}
    ) as rejected
    group by customer_id
{%- endmacro %}
