{%- set words = ['age_band', 'gender', 'marital_status'] -%}
-- one row per person who consented to marketing, at the current as-of date: age band, gender, household, children and marital status as words of
-- the seeds. Protected: nothing is worked out for anybody else, no value chooses a row, and no birth date and no number goes further than here
with

consenting as (
    select customer_id, as_of_date from {{ ref('int_customer_demographics') }} where is_person and has_marketing_consent
),

lists as (
    {{ word_lists(words) }}
),

stated as (
    select
        consenting.customer_id,
        -- the first of January 1970 is how systems write an unknown date
        case when customers.birth_date <> cast('1970-01-01' as date) then {{ age_years('customers.birth_date', 'consenting.as_of_date') }} end as age_years,
        customers.household_size,
        customers.children_count,
        {%- for word in words %}
        nullif({{ words_alone('customers.' ~ word) }}, '') as {{ word }}{{ ',' if not loop.last }}
        {%- endfor %}
    from consenting
    inner join {{ ref('int_customers_accepted') }} as customers on consenting.customer_id = customers.customer_id
),

numbers as (
    select
        stated.customer_id,
        {{ banded('age', 'stated.age_years') }} as age_band,
        {{ banded('household', 'stated.household_size') }} as household,
        {{ banded('children', 'stated.children_count') }} as children
    from stated
    cross join {{ ref('demographic_bands') }} as bands
    where bands.attribute <> 'income'
    group by stated.customer_id
),

worded as (
    select
        stated.customer_id
        {%- for word in words %},
        coalesce({{ listed_word('stated.' ~ word, 'lists.' ~ word ~ '_words') }}, case when stated.{{ word }} is not null then 'unlisted' end) as {{ word }}
        {%- endfor %}
    from stated
    cross join lists
)

select
    numbers.customer_id,
    -- what is stated as a band counts where there is no birth date that can be
    coalesce(nullif(numbers.age_band, 'implausible'), worded.age_band, numbers.age_band) as age_band,
    worded.gender,
    numbers.household,
    numbers.children,
    worded.marital_status
from numbers
inner join worded on numbers.customer_id = worded.customer_id
