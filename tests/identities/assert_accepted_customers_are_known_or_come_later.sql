-- every accepted customer who was created by the current date, or of whom no creation is known, is known on it; nobody else is
select
    coalesce(accepted.customer_id, known.customer_id) as customer_id,
    accepted.created_date
from {{ ref('int_customers_accepted') }} as accepted
full outer join (
    select customer_id, as_of_date from {{ ref('int_customers_as_of') }} where is_current
) as known
    on accepted.customer_id = known.customer_id
cross join (
    select as_of_date from {{ ref('int_as_of_dates') }} where is_current
) as spine
where accepted.customer_id is null
    or (known.customer_id is null and coalesce(accepted.created_date <= spine.as_of_date, true))
