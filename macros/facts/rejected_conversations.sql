{# One row per customer with a support ticket, a product event or a review that could not be used, with the first day of one of each
   kind, and of an opinion (ticket or review); of no possible day: the first of all days. Copies of a row that
   was kept, and what the source itself calls no fact, say nothing. #}
{% macro rejected_conversations() -%}
select
    customer_id,
    min(case when input_table = 'support_tickets' then rejected_date end) as first_rejected_ticket_date,
    min(case when input_table = 'product_events' then rejected_date end) as first_rejected_event_date,
    min(case when input_table = 'reviews' then rejected_date end) as first_rejected_review_date,
    min(case when input_table <> 'product_events' then rejected_date end) as first_rejected_opinion_date
from (
    {%- for table, owners, day in [('support_tickets', 'users', 'opened_date'), ('product_events', 'users', 'occurred_date'), ('reviews', none, 'reviewed_date')] %}
    select
        {% if owners %}coalesce(judged.customer_id, owners.customer_id){% else %}judged.customer_id{% endif %} as customer_id,
        '{{ table }}' as input_table,
        coalesce(case when judged.rejection_rule_id <> 'impossible_date' then judged.{{ day }} end, cast('1970-01-01' as date)) as rejected_date
    from (
        {{ judged_rows(table) | indent(8) }}
    ) as judged
    {%- if owners %}
    left join {{ accepted_relation(owners) | indent(4) }} as owners
        on judged.user_id = owners.user_id
    {%- endif %}
    where judged.rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as rejected
where customer_id is not null
group by customer_id
{%- endmacro %}
