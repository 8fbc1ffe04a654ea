{% set made = ['store_kind'] -%}
with

{{ read_rows('stores', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('stores', made) }}
        {{ code_text('stores.store_kind') }} as store_kind,
        stores.problem_rule_id,
        stores.problem_detail,
        stores.unreadable_values_count,
        stores.row_position,
        stores.is_repeated
    from stores
),

{{ checked_rows('stores') }}

select * from checked_rows
