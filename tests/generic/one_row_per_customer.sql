{# Every customer of the current as-of date stands in the table exactly once, as of that date, and nothing else does. A table
   that an earlier run left at another date, because that run broke off, has none of them. #}
{% test one_row_per_customer(model) %}
select
    coalesce(customers.customer_id, labelled.customer_id) as customer_id,
    coalesce(customers.as_of_date, labelled.as_of_date) as as_of_date,
    count(labelled.customer_id) as rows_count
from (
    select
        known.customer_id,
        known.as_of_date
    from {{ ref('int_customers_as_of') }} as known
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and known.as_of_date = spine.as_of_date
) as customers
full outer join {{ model }} as labelled
    on customers.customer_id = labelled.customer_id
    and customers.as_of_date = labelled.as_of_date
group by coalesce(customers.customer_id, labelled.customer_id), coalesce(customers.as_of_date, labelled.as_of_date)
having count(labelled.customer_id) <> 1 or count(customers.customer_id) = 0
{% endtest %}
