{# One row per customer who gave a consent (a column of customers) on the current as-of date. Null is no, and what came along in a merge with
   an identifier that did not consent is not covered: a refusal holds under whichever identifier it was given. #}
{% macro consenting_customers(consent) -%}
    select customers.customer_id, spine.as_of_date
    from {{ ref('int_customers_accepted') }} as customers
    inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current
    left join (
        select distinct identities.to_customer_id as customer_id
        from {{ ref('int_customer_identities') }} as identities
        inner join {{ ref('stg_customers') }} as merged on identities.from_customer_id = merged.customer_id
        inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current and coalesce(merged.created_date, spine.as_of_date) <= spine.as_of_date
        where not coalesce(merged.{{ consent }}, false)
    ) as refused on customers.customer_id = refused.customer_id
    where customers.{{ consent }} and refused.customer_id is null
{%- endmacro %}
