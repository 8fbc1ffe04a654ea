-- who pays for a subscription that runs at the current as-of date has one expectation, with the same monthly amount
with

paying as (
    select
        subscriptions.customer_id,
        cast(subscriptions.mrr_amount as {{ type_double() }}) as mrr_amount
    from {{ ref('int_customer_contracts_as_of') }} as subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on subscriptions.as_of_date = spine.as_of_date
    where spine.is_current
        and subscriptions.mrr_amount > 0
),

expected as (
    select
        contracts.customer_id,
        contracts.running_mrr_amount as mrr_amount
    from {{ ref('int_contract_renewals') }} as contracts
    inner join {{ ref('int_customer_contract_expectations') }} as expectations
        on contracts.customer_id = expectations.customer_id
    where contracts.stretch_end_date is null
)

select
    coalesce(paying.customer_id, expected.customer_id) as customer_id,
    paying.mrr_amount,
    expected.mrr_amount as expected_mrr_amount
from paying
full outer join expected
    on paying.customer_id = expected.customer_id
where paying.customer_id is null
    or expected.customer_id is null
    or abs(paying.mrr_amount - expected.mrr_amount) > 0.01
