with

{{ read_rows('reviews') }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('reviews') }}
        {{ local_date('reviews.reviewed_at') }} as reviewed_date,
        reviews.problem_rule_id,
        reviews.problem_detail,
        reviews.unreadable_values_count,
        reviews.row_position,
        reviews.is_repeated
    from reviews
),

{{ checked_rows(
    'reviews',
    rules={
        'impossible_date': is_impossible_date('reviewed_at'),
        'rating_out_of_range': 'rating < 1 or rating > 5',
    },
) }}

select * from checked_rows
