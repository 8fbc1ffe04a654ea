-- one row per customer with order items up to the current as-of date: the category that is bought more often than others buy it (its share in
-- the customer's lines over that in everybody's, of categories with two lines or more), and the product line with most lines
with

lines as (
    select orders.customer_id, products.category, products.department
    from {{ ref('int_orders_valued') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    inner join {{ ref('int_order_items_accepted') }} as items
        on orders.order_id = items.order_id
    inner join {{ ref('int_products_accepted') }} as products
        on items.product_id = products.product_id
),

{%- for level in ['category', 'department'] %}

{{ level }}_counts as (
    select
        customer_id,
        {{ level }},
        count(*) as lines_count,
        sum(count(*)) over (partition by customer_id) as customer_lines_count,
        sum(count(*)) over (partition by {{ level }}) as everybody_lines_count,
        sum(count(*)) over () as all_lines_count,
        row_number() over (partition by customer_id order by count(*) desc, {{ level }}) as position
    from lines
    where {{ level }} is not null
    group by customer_id, {{ level }}
),
{%- endfor %}

indexed as (
    select
        customer_id,
        category,
        lines_count,
        -- some lines of everybody are added, or a handful of lines would make high indices
        (lines_count * all_lines_count / {{ double_literal('everybody_lines_count') }} + affinity_prior_lines_count) / (customer_lines_count + affinity_prior_lines_count) as affinity_index
    from category_counts
    cross join ({{ settings('usage', ['affinity_prior_lines_count']) }}) as settings
    where lines_count > 1
),

ranked as (
    select indexed.*, row_number() over (partition by customer_id order by affinity_index desc, lines_count desc, category) as position
    from indexed
)

select
    favorites.customer_id,
    favorites.categorized_lines_count,
    ranked.category as affinity_category,
    ranked.affinity_index,
    ranked.lines_count as affinity_lines_count,
    main_lines.department as main_product_line,
    main_lines.lines_count / {{ double_literal('main_lines.customer_lines_count') }} as main_product_line_ratio
from {{ ref('int_customer_favorites') }} as favorites
left join ranked
    on favorites.customer_id = ranked.customer_id
    and ranked.position = 1
left join department_counts as main_lines
    on favorites.customer_id = main_lines.customer_id
    and main_lines.position = 1
