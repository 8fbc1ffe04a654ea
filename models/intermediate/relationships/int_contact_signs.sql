-- one row per contact of a business customer at the current as-of date: what is stated of the person, what the title says, and what the
-- person did: orders so far, and days of use, clicks and webinars in the window of roles
with

contacts as (
    select contacts.contact_id, contacts.customer_id, contacts.job_title, contacts.department, contacts.responsibilities, contacts.seniority, contacts.is_decision_maker, companies.as_of_date
    from {{ accepted_relation('contacts') | indent(4) }} as contacts
    inner join {{ ref('int_companies') }} as companies on contacts.customer_id = companies.customer_id
),

-- a function stands in the title, else in the department; a seniority where it is stated, else in the title
texts as (
    select job_title as worded from contacts
    union all
    select department as worded from contacts
    union all
    select seniority as worded from contacts
),

functions as (
    {{ worded_keys('texts', ref('job_functions'), 'job_function') }}
),

seniorities as (
    {{ worded_keys('texts', ref('job_seniorities'), 'job_seniority') }}
),

-- responsibilities are several, so all functions that the words name count
responsible as (
    select worded, {{ joined_texts('job_function', '; ') }} as responsibilities
    from (
        select texts.worded, patterns.job_function
        from (select distinct responsibilities as worded from contacts) as texts
        inner join {{ ref('job_functions') }} as patterns on {{ word_text('texts.worded') }} like patterns.pattern
        group by texts.worded, patterns.job_function
    ) as known
    group by worded
),

orders as (
    select orders.contact_id, count(*) as orders_count
    from {{ ref('int_orders_accepted') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current and orders.ordered_date <= spine.as_of_date
    where orders.counts_as_sale and orders.contact_id is not null
    group by orders.contact_id
),

users as (
    select users.contact_id, users.user_id
    from {{ accepted_relation('users') | indent(4) }} as users
    inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current and coalesce(users.signed_up_date <= spine.as_of_date, true)
    where users.contact_id is not null
),

user_counts as (
    select contact_id, count(*) as users_count from users group by contact_id
),

engagement as (
    {{ contact_engagement() }}
)

select
    contacts.*,
    coalesce(title_functions.job_function, department_functions.job_function) as job_function,
    coalesce(department_functions.job_function, case when contacts.department is not null then 'other' end) as department_function,
    coalesce(responsible.responsibilities, case when contacts.responsibilities is not null then 'other' end) as responsibility_functions,
    coalesce(stated.job_seniority, title_seniorities.job_seniority) as job_seniority
    {%- for measure in ['orders.orders_count', 'user_counts.users_count', 'engagement.engaged_days_count', 'engagement.use_days_count', 'engagement.click_days_count', 'engagement.webinar_days_count'] %},
    cast(coalesce({{ measure }}, 0) as {{ dbt.type_bigint() }}) as {{ measure.split('.')[1] }}
    {%- endfor %}
from contacts
{%- for relation, column in {'functions as title_functions': 'job_title', 'functions as department_functions': 'department', 'responsible': 'responsibilities', 'seniorities as stated': 'seniority', 'seniorities as title_seniorities': 'job_title'}.items() %}
left join {{ relation }} on contacts.{{ column }} = {{ relation.split(' as ')[-1] }}.worded
{%- endfor %}
{%- for relation in ['orders', 'user_counts', 'engagement'] %}
left join {{ relation }} on contacts.contact_id = {{ relation }}.contact_id
{%- endfor %}
