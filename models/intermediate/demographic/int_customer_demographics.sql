-- one row per customer at the current as-of date: whether it is a person, and of a person what is stated of income, work and education, in words
-- of the seeds; nothing protected, and no amount
with

consenting as (
    {{ consenting_customers('marketing_consent') }}
),

customers as (
    select
        spine.customer_id,
        spine.as_of_date,
        -- the type decides, whatever else is stated; where there is none, an account makes a business
        companies.customer_id is null or coalesce(stated.customer_type = 'consumer', false) as is_person,
        consenting.customer_id is not null as has_marketing_consent,
        stated.customer_name,
        stated.annual_income,
        stated.income_band,
        stated.occupation,
        stated.education,
        stated.employment_status,
        {{ words_alone('stated.employer') }} as employer
    from {{ ref('int_customers_as_of') }} as spine
    inner join {{ ref('int_customers_accepted') }} as stated on spine.customer_id = stated.customer_id
    left join consenting on spine.customer_id = consenting.customer_id
    left join {{ ref('int_companies') }} as companies on spine.customer_id = companies.customer_id
    where spine.is_current
),

persons as (
    select * from customers where is_person
),

incomes as (
    select persons.customer_id, {{ banded('income', 'persons.annual_income') }} as income_band
    from persons
    cross join {{ ref('demographic_bands') }} as bands
    where bands.attribute = 'income' and persons.annual_income is not null
    group by persons.customer_id
),

occupation_texts as (
    select occupation as worded from persons
),

occupations as (
    {{ worded_keys('occupation_texts', ref('occupation_patterns'), 'occupation_group') }}
),

-- businesses by their name; of a name that several bear it is not known which one is meant
businesses as (
    select name, min(customer_id) as customer_id, count(*) as businesses_count
    from (select customer_id, {{ words_alone('customer_name') }} as name from customers where not is_person) as named
    where name <> ''
    group by name
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_person,
    customers.has_marketing_consent,
    case when incomes.income_band is not null then 'amount' when persons.income_band is not null then 'band' end as income_source,
    coalesce(incomes.income_band, income_words.income_band, case when persons.income_band is not null then 'other' end) as income_band,
    coalesce(occupations.occupation_group, case when persons.occupation is not null then 'other' end) as occupation,
    coalesce(educations.education, case when persons.education is not null then 'other' end) as education,
    coalesce(employment.employment_status, case when persons.employment_status is not null then 'other' end) as employment_status,
    case when businesses.name is not null then 'customer' when persons.employer <> '' then 'other' end as employer,
    case when businesses.businesses_count = 1 then businesses.customer_id end as employer_customer_id
from customers
left join persons on customers.customer_id = persons.customer_id
left join incomes on customers.customer_id = incomes.customer_id
left join occupations on persons.occupation = occupations.worded
left join businesses on persons.employer = businesses.name
{%- for relation, column in {'income_bands as income_words': 'income_band', 'educations': 'education', 'employment_statuses as employment': 'employment_status'}.items() %}
left join {{ ref(relation.split(' as ')[0]) }} as {{ relation.split(' as ')[-1] }} on {{ code_text('persons.' ~ column) }} = {{ relation.split(' as ')[-1] }}.spelling
{%- endfor %}
