with

exchange_rates as (
    select * from {{ ref('input_exchange_rates') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('exchange_rates', replaced=['currency_code']) }}
        upper(exchange_rates.currency_code) as currency_code,
        exchange_rates.problem_rule_id,
        exchange_rates.problem_detail,
        exchange_rates.unreadable_values_count
    from exchange_rates
),

{{ checked_rows(
    'exchange_rates',
    rules={
        'impossible_date': is_impossible_date('rate_date'),
        'rate_not_positive': 'rate_to_reporting <= 0',
    },
) }}

select * from checked_rows
