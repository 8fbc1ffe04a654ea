-- one row per customer with order items up to the current as-of date: the product and the category bought most, by lines, then amount, then
-- name. Quantities are in units of any measure (petrol by the thousandth of a litre), so they are not compared
with

lines as (
    select
        orders.customer_id,
        items.product_id,
        coalesce(products.product_name, items.product_id) as product_name,
        products.category,
        items.net_amount
    from {{ ref('int_orders_valued') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    inner join {{ ref('int_order_items_accepted') }} as items
        on orders.order_id = items.order_id
    left join {{ ref('int_products_accepted') }} as products
        on items.product_id = products.product_id
),

product_ranks as (
    select
        customer_id,
        product_id,
        product_name,
        row_number() over (
            partition by customer_id order by count(*) desc, sum(net_amount) desc, product_name, product_id
        ) as position
    from lines
    where product_id is not null
    group by customer_id, product_id, product_name
),

category_ranks as (
    select
        customer_id,
        category,
        count(*) as category_lines_count,
        row_number() over (partition by customer_id order by count(*) desc, sum(net_amount) desc, category) as position
    from lines
    where category is not null
    group by customer_id, category
),

totals as (
    select
        customer_id,
        sum(case when category is not null then 1 else 0 end) as categorized_lines_count,
        count(distinct category) as categories_count
    from lines
    group by customer_id
)

select
    totals.customer_id,
    totals.categorized_lines_count,
    totals.categories_count,
    product_ranks.product_id as favorite_product_id,
    product_ranks.product_name as favorite_product_name,
    category_ranks.category as favorite_category,
    category_ranks.category_lines_count / {{ double_literal('nullif(totals.categorized_lines_count, 0)') }} as favorite_category_ratio
from totals
left join product_ranks
    on totals.customer_id = product_ranks.customer_id
    and product_ranks.position = 1
left join category_ranks
    on totals.customer_id = category_ranks.customer_id
    and category_ranks.position = 1
