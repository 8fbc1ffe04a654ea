-- one row per customer, attribute that some condition names, and value of it: what the published tables say of the customer, whose contact persons
-- have which titles, which technologies are in use there, what was bought. Days are counted back from the as-of date; a label unknown is no value
with

as_of as (select as_of_date from {{ ref('int_as_of_dates') }} where is_current),

wanted as (select distinct name as attribute from {{ ref('int_custom_conditions') }} where kind = 'attribute'),

bought as (
    select distinct orders.customer_id, products.category, coalesce(products.product_name, items.product_id) as product_name
    from {{ ref('int_orders_valued') }} as orders
    inner join as_of on orders.ordered_date <= as_of.as_of_date
    inner join {{ ref('int_order_items_accepted') }} as items on orders.order_id = items.order_id
    left join {{ ref('int_products_accepted') }} as products on items.product_id = products.product_id
),

open_deals as (
    select opportunities.customer_id
    from {{ accepted_relation('opportunities') | indent(4) }} as opportunities
    inner join as_of on coalesce(opportunities.created_date, as_of.as_of_date) <= as_of.as_of_date
    left join {{ ref('deal_stages') }} as stages on opportunities.stage = stages.stage
    where {{ deal_is_open('opportunities', 'as_of.as_of_date') }}
),

listed as (
    select customer_id, 'customer_status' as attribute, status as text_value, cast(null as {{ type_double() }}) as number_value from {{ ref('int_customers_accepted') }}
    {%- for column in ['job_title', 'department', 'seniority'] %}
    union all
    select customer_id, 'contact_{{ column }}' as attribute, {{ column }} as text_value, cast(null as {{ type_double() }}) as number_value
    from {{ accepted_relation('contacts') | indent(4) }} as contacts
    {%- endfor %}
    union all
    select customer_id, 'contact_role' as attribute, nullif(contact_role, 'unknown') as text_value, cast(null as {{ type_double() }}) as number_value from {{ ref('contact_roles') }}
    union all
    select customer_id, 'technology' as attribute, technology as text_value, cast(null as {{ type_double() }}) as number_value
    from {{ ref('customer_technologies') }} where is_in_use
    {%- for column in ['category', 'product_name'] %}
    union all
    select customer_id, 'bought_{{ column | replace('_name', '') }}' as attribute, {{ column }} as text_value, cast(null as {{ type_double() }}) as number_value from bought
    {%- endfor %}
    union all
    -- none at all where opportunities are not loaded
    select customers.customer_id, 'open_opportunities_count' as attribute, cast(null as {{ dbt.type_string() }}) as text_value, count(open_deals.customer_id) as number_value
    from {{ ref('int_customers_accepted') }} as customers
    inner join ({{ declared_flags(['opportunities']) | indent(4) }}) as declared on declared.has_opportunities
    left join open_deals on customers.customer_id = open_deals.customer_id
    group by customers.customer_id
),

said as (
    select listed.customer_id, listed.attribute, lower(listed.text_value) as text_value, listed.number_value from listed
    inner join wanted on listed.attribute = wanted.attribute
    {%- for table in custom_tables_read() %}
    {%- set attributes = custom_attributes() | selectattr('table', 'defined') | selectattr('table', 'equalto', table) | list %}
    union all
    select
        facts.customer_id,
        wanted.attribute,
        case wanted.attribute
            {%- for attribute in attributes if attribute.value_type == 'text' %}
            when '{{ attribute.name }}' then {{ custom_attribute_value('facts', attribute.name, 'text') }}
            {%- endfor %}
            else cast(null as {{ dbt.type_string() }})
        end as text_value,
        case wanted.attribute
            {%- for attribute in attributes if attribute.value_type != 'text' %}
            when '{{ attribute.name }}' then {{ custom_attribute_value('facts', attribute.name, attribute.value_type) }}
            {%- endfor %}
            else cast(null as {{ type_double() }})
        end as number_value
    from {{ ref(table) }} as facts
    cross join as_of
    inner join wanted on wanted.attribute in ('{{ attributes | map(attribute='name') | join("', '") }}')
    {%- endfor %}
)

select distinct customer_id, attribute, text_value, number_value
from said
where text_value is not null
    or number_value is not null
