-- one row per buyer and persona date: the habits, up to the date, that customers are clustered by
with

purchases as (
    select
        purchases.*,
        greatest(purchases.days_since_first_order, 91) / {{ double_literal(365.25) }} as buying_years
    from {{ ref('int_customer_purchases_as_of') }} as purchases
    inner join {{ ref('int_persona_dates') }} as dates
        on purchases.as_of_date = dates.as_of_date
    where purchases.orders_count > 0
),

categories as (
    select
        orders.customer_id,
        dates.as_of_date,
        count(distinct coalesce(products.category, items.product_id)) as categories_count
    from {{ ref('int_orders_valued') }} as orders
    inner join {{ ref('int_persona_dates') }} as dates
        on orders.ordered_date <= dates.as_of_date
    inner join {{ ref('int_order_items_accepted') }} as items
        on orders.order_id = items.order_id
    left join {{ ref('int_products_accepted') }} as products
        on items.product_id = products.product_id
    group by orders.customer_id, dates.as_of_date
)

select
    purchases.customer_id,
    purchases.as_of_date,
    purchases.orders_count,
    cast(purchases.discounted_orders_count as {{ type_double() }}) / purchases.orders_count as discounted_orders_ratio,
    cast(purchases.online_orders_count as {{ type_double() }}) / purchases.orders_count as online_orders_ratio,
    cast(coalesce(categories.categories_count, 0) as {{ type_double() }}) as categories_count,
    cast(purchases.items_quantity as {{ type_double() }}) / purchases.orders_count as items_per_order_count,
    cast(purchases.sales_amount as {{ type_double() }}) / purchases.orders_count as average_order_amount,
    purchases.orders_count / purchases.buying_years as orders_per_year_count,
    cast(coalesce(contact.events_last_365_days_count, 0) as {{ type_double() }}) as events_last_365_days_count,
    -- several clicks on one mail still are one mail clicked
    case
        when contact.sends_count > 0 then least(cast(contact.clicks_count as {{ type_double() }}) / contact.sends_count, 1)
        else 0
    end as email_click_ratio,
    coalesce(contact.tickets_count, 0) / purchases.buying_years as support_tickets_per_year_count
from purchases
left join categories
    on purchases.customer_id = categories.customer_id
    and purchases.as_of_date = categories.as_of_date
left join {{ ref('int_customer_contact_habits') }} as contact
    on purchases.customer_id = contact.customer_id
    and purchases.as_of_date = contact.as_of_date
