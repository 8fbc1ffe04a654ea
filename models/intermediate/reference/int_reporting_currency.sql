{%- set setting = deployment_setting('reporting_currency') -%}
-- the one currency everything is converted into: as set, else the currency whose rate is always 1, else the one of all
-- rows or nearly all (the others are then rejected, having no rate); several without a setting stop the run
with

named as (
    select currency_code from {{ ref('stg_orders') }} where rejection_rule_id is null and currency_code is not null
    union all
    select currency_code from {{ ref('stg_subscriptions') }} where rejection_rule_id is null and currency_code is not null
    union all
    select currency_code from {{ ref('stg_refunds') }} where rejection_rule_id is null and currency_code is not null
    union all
    select currency_code from {{ ref('stg_opportunities') }} where rejection_rule_id is null and currency_code is not null
),

present as (
    select
        currency_code,
        count(*) as rows_count
    from named
    group by currency_code
),

currencies as (
    select
        count(*) as present_count,
        sum(rows_count) as rows_count,
        min(currency_code) as first_code,
        max(currency_code) as last_code
    from present
),

leading_currency as (
    select max(case when present.rows_count >= limits.reporting_currency_ratio * currencies.rows_count then present.currency_code end) as leading_code
    from present
    cross join currencies
    cross join ({{ settings('input', ['reporting_currency_ratio']) }}) as limits
),

base_currencies as (
    select currency_code
    from {{ ref('stg_exchange_rates') }}
    where rejection_rule_id is null
    group by currency_code
    having min(rate_to_reporting) = 1 and max(rate_to_reporting) = 1
),

base_currency as (
    select
        count(*) as base_count,
        min(currency_code) as base_code
    from base_currencies
)

select
    case
        when '{{ setting }}' <> 'auto' then '{{ setting }}'
        when base_currency.base_count = 1 then base_currency.base_code
        when currencies.present_count = 0 then 'XXX'
        when leading_currency.leading_code is not null then leading_currency.leading_code
        else {{ raise_error("concat('The amounts come in several currencies (', currencies.first_code, ' and ', currencies.last_code, case when currencies.present_count > 2 then ' among them' else '' end, '); set reporting_currency in dbt_project.yml and deliver exchange_rates, with a row of rate 1 for it.')") }}
    end as reporting_currency_code
from currencies
cross join base_currency
cross join leading_currency
