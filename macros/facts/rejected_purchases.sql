{# One row per customer with an order, a subscription or a refund that could not be used, and the first day of one, of a subscription, and
   of an order or refund (of no readable or an impossible day: the first of all days): whether such a customer has bought, or has a contract,
   is not known. Copies of a row that was kept, and what the source itself calls no fact, say nothing. #}
{% macro rejected_purchases() -%}
    select
        customer_id,
        min(coalesce(rejected_date, cast('1970-01-01' as date))) as first_rejected_date,
        min(case when input_table = 'subscriptions' then coalesce(rejected_date, cast('1970-01-01' as date)) end) as first_rejected_subscription_date,
        min(case when input_table <> 'subscriptions' then coalesce(rejected_date, cast('1970-01-01' as date)) end) as first_rejected_order_date
    from (
        {%- for table, day in [('orders', 'ordered_date'), ('subscriptions', 'started_date')] %}
        select customer_id, '{{ table }}' as input_table, case when rejection_rule_id <> 'impossible_date' then {{ day }} end as rejected_date
        from (
            {{ judged_rows(table) | indent(12) }}
        ) as judged_{{ table }}
        where rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
        union all
        {%- endfor %}
        -- of an order that nobody delivered, or none at all
        select named_customer_id as customer_id, 'refunds' as input_table, case when rejection_rule_id <> 'impossible_date' then refunded_date end as rejected_date
        from (
            {{ judged_rows('refunds') | indent(12) }}
        ) as judged_refunds
        where rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
            and named_customer_id is not null
    ) as rejected
    group by customer_id
{%- endmacro %}
