with

products as (
    select * from {{ ref('input_products') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('products', replaced=['is_accessibility_feature']) }}
        coalesce(products.is_accessibility_feature, false) as is_accessibility_feature,
        products.problem_rule_id,
        products.problem_detail,
        products.unreadable_values_count
    from products
),

{{ checked_rows('products') }}

select * from checked_rows
