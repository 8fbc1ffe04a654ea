{% set made = ['is_accessibility_feature', 'use_case'] -%}
with

{{ read_rows('products', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('products', made) }}
        coalesce(products.is_accessibility_feature, false) as is_accessibility_feature,
        {{ code_text('products.use_case') }} as use_case,
        products.problem_rule_id,
        products.problem_detail,
        products.unreadable_values_count,
        products.row_position,
        products.is_repeated
    from products
),

{{ checked_rows('products') }}

select * from checked_rows
