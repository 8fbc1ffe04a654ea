{# Guests whose e-mail somebody known has: from_customer_id the guest, to_customer_id the customer of that e-mail (one with an
   account before guests, then who was known first). A guest is who the seed customer_statuses calls so; customers with an
   account and one e-mail are left apart, since two companies can share an office. #}
{% macro guest_pairs() -%}
select
    customer_id as from_customer_id,
    known_customer_id as to_customer_id
from (
    select
        customer_id,
        customer_state,
        first_value(customer_id) over (
            partition by email_key
            order by case when customer_state = 'guest' then 1 else 0 end, created_date nulls last, customer_id
        ) as known_customer_id
    from {{ ref('stg_customers') }}
    where rejection_rule_id is null
        and email_key is not null
) as of_one_email
where customer_state = 'guest'
    and customer_id <> known_customer_id
{%- endmacro %}
