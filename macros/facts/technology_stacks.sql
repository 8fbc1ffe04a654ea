{# One row per customer with a technology that is in use or was: what is in use in numbers, and of its known categories the main one (of
   equals the first by the alphabet). #}
{% macro technology_stacks() -%}
    select
        customer_id,
        sum(category_technologies_count) as technologies_count,
        sum(case when category is not null then category_technologies_count else 0 end) as categorized_technologies_count,
        count(case when category is not null and category_technologies_count > 0 then 1 end) as tech_categories_count,
        max(case when position = 1 and category_technologies_count > 0 then category end) as main_tech_category,
        max(case when position = 1 and category is not null then category_technologies_count end) as main_category_technologies_count,
        {%- for kind in ['connected', 'observed', 'enriched', 'confirmed'] %}
        sum({{ kind }}_count) as {{ kind }}_technologies_count{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            customer_id,
            category,
            count(case when is_in_use then 1 end) as category_technologies_count,
            count(case when is_connected then 1 end) as connected_count,
            count(case when is_observed then 1 end) as observed_count,
            count(case when is_enriched then 1 end) as enriched_count,
            count(case when is_observed and is_enriched then 1 end) as confirmed_count,
            row_number() over (
                partition by customer_id
                order by case when category is null then 1 else 0 end, count(case when is_in_use then 1 end) desc, category
            ) as position
        from {{ ref('int_customer_technologies') }}
        group by customer_id, category
    ) as categories
    group by customer_id
{%- endmacro %}
