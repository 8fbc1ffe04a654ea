{# Every customer of the current as-of date stands in the table exactly once, and nobody else does. #}
{% test one_row_per_customer(model) %}
select
    coalesce(customers.customer_id, labelled.customer_id) as customer_id,
    count(labelled.customer_id) as rows_count
from (
    select customer_id from {{ ref('int_customers_as_of') }} where is_current
) as customers
full outer join {{ model }} as labelled
    on customers.customer_id = labelled.customer_id
group by coalesce(customers.customer_id, labelled.customer_id)
having count(labelled.customer_id) <> 1 or count(customers.customer_id) = 0
{% endtest %}
