{# The levels of seniority of contacts, the highest first. #}
{% macro contact_levels() -%}
    {{ return(['owner', 'c_level', 'vice_president', 'director', 'manager', 'senior', 'individual', 'entry']) }}
{%- endmacro %}

{# One row per company with contacts: how many there are of each seniority and the highest one, the function of most of them and its share among
   those whose function is known; equally many of two functions are tied. #}
{% macro company_contacts() -%}
    select
        levels.*,
        functions.contacts_with_function_count,
        functions.main_contact_function,
        functions.main_contacts_count / {{ double_literal('functions.contacts_with_function_count') }} as main_contact_function_ratio,
        functions.main_functions_count > 1 as is_contact_function_tied
    from (
        select
            customer_id,
            count(job_seniority) as contacts_with_seniority_count,
            {%- for level in contact_levels() %}
            sum(case when job_seniority = '{{ level }}' then 1 else 0 end) as {{ level }}_contacts_count,
            {%- endfor %}
            case
                {%- for level in contact_levels() %}
                when sum(case when job_seniority = '{{ level }}' then 1 else 0 end) > 0 then '{{ level }}'
                {%- endfor %}
            end as highest_contact_seniority
        from {{ ref('contact_roles') }}
        group by customer_id
    ) as levels
    left join (
        select
            customer_id,
            max(total) as contacts_with_function_count,
            max(contacts_count) as main_contacts_count,
            min(case when position = 1 then job_function end) as main_contact_function,
            sum(case when position = 1 then 1 else 0 end) as main_functions_count
        from (
            select
                customer_id, job_function, count(*) as contacts_count,
                sum(count(*)) over (partition by customer_id) as total,
                rank() over (partition by customer_id order by count(*) desc) as position
            from {{ ref('contact_roles') }}
            where job_function is not null
            group by customer_id, job_function
        ) as counted
        group by customer_id
    ) as functions on levels.customer_id = functions.customer_id
{%- endmacro %}
