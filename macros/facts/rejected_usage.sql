{# One row per customer with a user or product event that could not be used, and the first day of one and of a user (of no possible day: the
   first of all days): whether such a customer uses the product is not known. Copies of a row that was kept, and what the source itself calls no fact, say nothing. #}
{% macro rejected_usage() -%}
    select
        customer_id,
        min(coalesce(rejected_date, cast('1970-01-01' as date))) as first_rejected_date,
        min(case when input_table = 'users' then coalesce(rejected_date, cast('1970-01-01' as date)) end) as first_rejected_user_date
    from (
        select customer_id, 'users' as input_table, rejection_rule_id, least(signed_up_date, trial_started_date) as rejected_date
        from (
            {{ judged_rows('users') | indent(12) }}
        ) as judged_users
        union all
        select coalesce(events.customer_id, users.customer_id) as customer_id, 'product_events' as input_table, events.rejection_rule_id,
            case when events.rejection_rule_id <> 'impossible_date' then events.occurred_date end as rejected_date
        from (
            {{ judged_rows('product_events') | indent(12) }}
        ) as events
        left join {{ accepted_relation('users') | indent(8) }} as users
            on events.user_id = users.user_id
        where events.rejection_rule_id is not null
    ) as judged
    where customer_id is not null
        and rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
    group by customer_id
{%- endmacro %}
