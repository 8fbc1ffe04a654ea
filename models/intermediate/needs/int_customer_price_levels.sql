-- one row per customer with a line of goods that has a price, on the current as-of date: how the unit prices compare with the category's
-- median product, and how quantities answered where a product was bought at different prices
with

limits as (
    {{ settings('needs', ['compared_products_count', 'elasticity_price_ratio']) }}
),

-- the price before discount says which goods are chosen, the one paid what they cost then
lines as (
    select
        orders.customer_id,
        orders.ordered_date,
        items.product_id,
        lower(products.category) as category,
        items.quantity,
        cast(items.net_amount * orders.rate_to_reporting as decimal(28, 10)) as net_amount,
        {{ double_literal('coalesce(items.unit_price, items.net_amount / items.quantity) * orders.rate_to_reporting') }} as unit_price
    from {{ ref('int_order_items_accepted') }} as items
    inner join {{ ref('int_orders_accepted') }} as orders
        on items.order_id = orders.order_id
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    left join {{ ref('int_products_accepted') }} as products on items.product_id = products.product_id
    where orders.counts_as_sale
),

-- every product has one voice, however often it is bought
categories as (
    select products.category, percentile_cont(0.5) within group (order by products.unit_price) as category_price
    from (
        select category, product_id, percentile_cont(0.5) within group (order by unit_price) as unit_price
        from lines
        where unit_price > 0 and category is not null
        group by category, product_id
    ) as products
    group by products.category
    having count(*) >= (select compared_products_count from limits)
),

levels as (
    select
        lines.customer_id,
        count(*) as compared_lines_count,
        percentile_cont(0.5) within group (order by lines.unit_price / categories.category_price) as price_level_ratio
    from lines
    inner join categories
        on lines.category = categories.category
    where lines.unit_price > 0
    group by lines.customer_id
),

-- what was bought of a product on a day, and at which price
purchases as (
    select
        customer_id,
        product_id,
        {{ double_literal('sum(net_amount)') }} / {{ double_literal('sum(quantity)') }} as paid_price,
        {{ exact_summand('ln(' ~ double_literal('sum(quantity)') ~ ')') }} as log_quantity,
        {{ exact_summand('ln(' ~ double_literal('sum(net_amount)') ~ ' / ' ~ double_literal('sum(quantity)') ~ ')') }} as log_price
    from lines
    where product_id is not null
    group by customer_id, product_id, ordered_date
    having sum(net_amount) > 0
),

{{ price_elasticities('purchases', 'limits') }}

select
    customers.customer_id,
    coalesce(levels.compared_lines_count, 0) as compared_lines_count,
    levels.price_level_ratio,
    coalesce(elasticities.repriced_purchases_count, 0) as repriced_purchases_count,
    elasticities.own_price_elasticity
from (select customer_id from lines group by customer_id) as customers
left join levels
    on customers.customer_id = levels.customer_id
left join elasticities
    on customers.customer_id = elasticities.customer_id
