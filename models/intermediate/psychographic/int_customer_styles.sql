-- one row per customer with order lines of a style up to the current as-of date: the style bought more often than others buy it (its share in the
-- customer's lines of a style over that in everybody's), read from the words of the category
with

texts as (
    select category as worded from {{ ref('int_products_accepted') }}
),

styles as (
    {{ worded_keys('texts', ref('style_patterns'), 'style') }}
),

counted as (
    select
        orders.customer_id,
        styles.style,
        count(*) as lines_count,
        sum(count(*)) over (partition by orders.customer_id) as customer_lines_count,
        sum(count(*)) over () / cast(sum(count(*)) over (partition by styles.style) as {{ type_double() }}) as lines_per_line_of_it
    from {{ ref('int_orders_valued') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current and orders.ordered_date <= spine.as_of_date
    inner join {{ ref('int_order_items_accepted') }} as items on orders.order_id = items.order_id
    inner join {{ ref('int_products_accepted') }} as products on items.product_id = products.product_id
    inner join styles on products.category = styles.worded
    group by orders.customer_id, styles.style
),

-- some lines of everybody are added, or a handful of lines would make a high index
ranked as (
    select
        counted.*,
        (lines_count * lines_per_line_of_it + affinity_prior_lines_count) / (customer_lines_count + affinity_prior_lines_count) as style_affinity_index,
        row_number() over (partition by customer_id order by lines_count * lines_per_line_of_it desc, lines_count desc, style) as position
    from counted
    cross join ({{ settings('usage', ['affinity_prior_lines_count']) }}) as limits
)

select customer_id, style, style_affinity_index, lines_count as main_style_lines_count, customer_lines_count as style_lines_count
from ranked
where position = 1
