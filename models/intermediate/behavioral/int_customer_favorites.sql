{%- set levels = {'product': 'product_name, product_id', 'category': 'category', 'department': 'department'} -%}
-- one row per customer with order items up to the current as-of date: the product, category and product line bought most, by lines, then
-- amount, then name, and the category bought more often than others buy it (its share in the customer's lines over that in everybody's, of
-- those with two lines or more). Quantities are in units of any measure (petrol by the thousandth of a litre), so they are not compared
with

lines as (
    select
        orders.customer_id,
        items.product_id,
        coalesce(products.product_name, items.product_id) as product_name,
        products.category,
        products.department,
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
{% for level, names in levels.items() %}
{{ level }}_ranks as (
    select
        customer_id,
        {{ names }},
        count(*) as lines_count,
        sum(count(*)) over (partition by customer_id) as customer_lines_count,
        sum(count(*)) over () / cast(sum(count(*)) over (partition by {{ names }}) as {{ type_double() }}) as lines_per_line_of_it,
        row_number() over (partition by customer_id order by count(*) desc, sum(net_amount) desc, {{ names }}) as position
    from lines
    where {{ names.split(', ')[-1] }} is not null
    group by customer_id, {{ names }}
),
{% endfor %}
-- some lines of everybody are added, or a handful of lines would make a high index
affinities as (
    select
        customer_id,
        category,
        lines_count,
        (lines_count * lines_per_line_of_it + affinity_prior_lines_count) / (customer_lines_count + affinity_prior_lines_count) as affinity_index,
        row_number() over (partition by customer_id order by lines_count * lines_per_line_of_it desc, lines_count desc, category) as position
    from category_ranks
    cross join ({{ settings('usage', ['affinity_prior_lines_count']) }}) as settings
    where lines_count > 1
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
    category_ranks.lines_count / {{ double_literal('nullif(totals.categorized_lines_count, 0)') }} as favorite_category_ratio,
    affinities.category as affinity_category,
    affinities.affinity_index,
    affinities.lines_count as affinity_lines_count,
    department_ranks.department as main_product_line,
    department_ranks.lines_count / {{ double_literal('department_ranks.customer_lines_count') }} as main_product_line_ratio
from totals
{%- for ranks in ['product_ranks', 'category_ranks', 'department_ranks', 'affinities'] %}
left join {{ ranks }}
    on totals.customer_id = {{ ranks }}.customer_id
    and {{ ranks }}.position = 1
{%- endfor %}
