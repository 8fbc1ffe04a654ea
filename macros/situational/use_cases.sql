{# The CTE `purposes`: one row per customer of whom a use case is known: that of the newest deal that states one, else the one of most lines
   of bought products that have one (of equals the first by the alphabet), with its share. Words that the seed does not know are `other`.
   Reads deals, limits and spine. #}
{% macro use_cases() -%}
stated_uses as (
    select
        deals.customer_id,
        coalesce(words.use_case, 'other') as use_case,
        row_number() over (
            partition by deals.customer_id order by coalesce(deals.created_date, spine.as_of_date) desc, deals.opportunity_id desc
        ) as position
    from deals
    cross join spine
    left join {{ ref('use_cases') }} as words
        on deals.use_case = words.spelling
    where deals.use_case is not null
        and deals.rejection_rule_id is null
),

bought_uses as (
    select
        orders.customer_id,
        coalesce(words.use_case, 'other') as use_case,
        count(*) as lines_count,
        sum(count(*)) over (partition by orders.customer_id) as use_case_lines_count,
        row_number() over (partition by orders.customer_id order by count(*) desc, coalesce(words.use_case, 'other')) as position
    from {{ ref('int_orders_accepted') }} as orders
    inner join spine
        on orders.ordered_date <= spine.as_of_date
    inner join {{ ref('int_order_items_accepted') }} as items
        on orders.order_id = items.order_id
    inner join {{ ref('int_products_accepted') }} as products
        on items.product_id = products.product_id
    left join {{ ref('use_cases') }} as words
        on products.use_case = words.spelling
    where orders.counts_as_sale
        and products.use_case is not null
    group by orders.customer_id, coalesce(words.use_case, 'other')
),

purposes as (
    select customer_id, use_case, true as is_stated, cast(null as {{ dbt.type_bigint() }}) as use_case_lines_count, cast(1 as {{ type_double() }}) as use_case_ratio
    from stated_uses
    where position = 1
    union all
    select
        bought_uses.customer_id,
        bought_uses.use_case,
        false as is_stated,
        bought_uses.use_case_lines_count,
        bought_uses.lines_count / {{ double_literal('bought_uses.use_case_lines_count') }} as use_case_ratio
    from bought_uses
    cross join limits
    left join (select customer_id from stated_uses where position = 1) as stated
        on bought_uses.customer_id = stated.customer_id
    where bought_uses.position = 1
        and stated.customer_id is null
        and bought_uses.use_case_lines_count >= limits.use_case_lines_count
)
{%- endmacro %}
