{%- set setting = deployment_setting('reporting_currency') -%}
-- the one currency everything is converted into: as set, else the currency whose rate is always 1,
-- else the only one present; several without a setting stop the run
with

present as (
    select currency_code from {{ ref('stg_orders') }} where rejection_rule_id is null and currency_code is not null
    union
    select currency_code from {{ ref('stg_subscriptions') }} where rejection_rule_id is null and currency_code is not null
    union
    select currency_code from {{ ref('stg_refunds') }} where rejection_rule_id is null and currency_code is not null
    union
    select currency_code from {{ ref('stg_opportunities') }} where rejection_rule_id is null and currency_code is not null
),

currencies as (
    select
        count(*) as present_count,
        min(currency_code) as first_code,
        max(currency_code) as last_code
    from present
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
        when currencies.present_count = 1 then currencies.first_code
        when currencies.present_count = 0 then 'XXX'
        else {{ raise_error("concat('The amounts come in several currencies (', currencies.first_code, ' and ', currencies.last_code, case when currencies.present_count > 2 then ' among them' else '' end, '); set reporting_currency in dbt_project.yml and deliver exchange_rates, with a row of rate 1 for it.')") }}
    end as reporting_currency_code
from currencies
cross join base_currency
