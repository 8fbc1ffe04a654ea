{# One row per customer with a row of campaign_events, product_events or social_interactions that could not be used, with the first day of
   one for mails, for product events, for social and for all three (of no possible day: the first of all days; a product event of the year 9999 lies after every date): what such a customer did is not known. Copies of
   a row that was kept, and what the source itself calls no fact, say nothing. #}
{% macro rejected_engagement() -%}
    select
        customer_id,
        min(case when input_table = 'campaign_events' then rejected_date end) as first_rejected_mail_date,
        min(case when input_table = 'product_events' then delivered_date end) as first_rejected_product_date,
        min(case when input_table = 'social_interactions' then rejected_date end) as first_rejected_social_date,
        min(rejected_date) as first_rejected_date
    from (
        {%- for table, owners, key in [('campaign_events', 'contacts', 'contact_id'), ('product_events', 'users', 'user_id'), ('social_interactions', none, none)] %}
        select
            {% if owners %}coalesce(judged.customer_id, owners.customer_id){% else %}judged.customer_id{% endif %} as customer_id,
            '{{ table }}' as input_table,
            coalesce(case when judged.rejection_rule_id <> 'impossible_date' then judged.occurred_date end, cast('1970-01-01' as date)) as rejected_date,
            coalesce(judged.occurred_date, cast('1970-01-01' as date)) as delivered_date
        from (
            {{ judged_rows(table) | indent(12) }}
        ) as judged
        {%- if owners %}
        left join {{ accepted_relation(owners) | indent(8) }} as owners
            on judged.{{ key }} = owners.{{ key }}
        {%- endif %}
        where judged.rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as rejected
    where customer_id is not null
    group by customer_id
{%- endmacro %}
