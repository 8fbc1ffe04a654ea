{% set made = ['currency_code'] -%}
with

{{ read_rows('exchange_rates', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('exchange_rates', made) }}
        {{ currency_text('exchange_rates.currency_code') }} as currency_code,
        exchange_rates.problem_rule_id,
        exchange_rates.problem_detail,
        exchange_rates.unreadable_values_count,
        exchange_rates.row_position,
        exchange_rates.is_repeated
    from exchange_rates
),

{{ checked_rows(
    'exchange_rates',
    rules={
        'unknown_currency': is_no_currency('currency_code'),
        'impossible_date': is_impossible_date('rate_date'),
        'rate_not_positive': 'rate_to_reporting <= 0',
    },
) }}

select * from checked_rows
