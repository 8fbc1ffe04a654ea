-- one row per buyer and date at which customers are clustered: the habits, up to the date, that they are clustered by
with

buyers as (
    select
        groups.*,
        purchases.orders_count,
        {%- for measure, ratio in [('discounted_orders_count', 'discounted_orders_ratio'), ('online_orders_count', 'online_orders_ratio'),
            ('items_quantity', 'items_per_order_count'), ('sales_amount', 'average_order_amount')] %}
        cast(purchases.{{ measure }} as {{ type_double() }}) / purchases.orders_count as {{ ratio }},
        {%- endfor %}
        greatest(purchases.days_since_first_order, 91) / {{ double_literal(365.25) }} as buying_years
    from {{ ref('int_persona_groups') }} as groups
    inner join {{ ref('int_customer_purchases_as_of') }} as purchases
        on groups.customer_id = purchases.customer_id
        and groups.as_of_date = purchases.as_of_date
),

categories as (
    select
        buyers.customer_id,
        buyers.as_of_date,
        count(distinct coalesce(products.category, items.product_id)) as categories_count
    from buyers
    inner join {{ ref('int_orders_valued') }} as orders
        on buyers.customer_id = orders.customer_id
        and buyers.as_of_date >= orders.ordered_date
    inner join {{ ref('int_order_items_accepted') }} as items
        on orders.order_id = items.order_id
    left join {{ ref('int_products_accepted') }} as products
        on items.product_id = products.product_id
    group by buyers.customer_id, buyers.as_of_date
),

contacts as (
    select customer_id, activity_date as contact_date, 'event' as kind, events_count as contacts_count from {{ ref('int_customer_activity_days') }}
    union all
    select customer_id, occurred_date, event_type, 1 as contacts_count from {{ ref('int_campaign_events_accepted') }}
    where event_type in ('clicked', 'sent')
    union all
    select customer_id, opened_date, 'ticket' as kind, 1 as contacts_count from {{ accepted_relation('support_tickets') | indent(4) }} as tickets
),

contact as (
    select
        buyers.customer_id,
        buyers.as_of_date
        {%- for kind in ['event', 'clicked', 'sent', 'ticket'] %},
        sum(case when contacts.kind = '{{ kind }}' then contacts.contacts_count else 0 end) as {{ kind }}_count
        {%- endfor %}
    from buyers
    inner join contacts
        on buyers.customer_id = contacts.customer_id
        and buyers.as_of_date >= contacts.contact_date
        and (contacts.kind <> 'event' or contacts.contact_date > {{ days_before('buyers.as_of_date', 365) }})
    group by buyers.customer_id, buyers.as_of_date
)

select
    buyers.*,
    buyers.orders_count / buyers.buying_years as orders_per_year_count,
    cast(coalesce(categories.categories_count, 0) as {{ type_double() }}) as categories_count,
    cast(coalesce(contact.event_count, 0) as {{ type_double() }}) as events_last_365_days_count,
    -- several clicks on one mail still are one mail clicked
    case when contact.sent_count > 0 then least(cast(contact.clicked_count as {{ type_double() }}) / contact.sent_count, 1) else 0 end as email_click_ratio,
    coalesce(contact.ticket_count, 0) / buyers.buying_years as support_tickets_per_year_count
from buyers
left join categories
    on buyers.customer_id = categories.customer_id
    and buyers.as_of_date = categories.as_of_date
left join contact
    on buyers.customer_id = contact.customer_id
    and buyers.as_of_date = contact.as_of_date
