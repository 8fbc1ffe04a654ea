with

{{ read_rows('customer_merges') }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('customer_merges') }}
        customer_merges.problem_rule_id,
        customer_merges.problem_detail,
        customer_merges.unreadable_values_count,
        customer_merges.row_position,
        customer_merges.is_repeated
    from customer_merges
),

{{ checked_rows(
    'customer_merges',
    rules={
        'merged_into_itself': 'from_customer_id = to_customer_id',
    },
) }}

select * from checked_rows
