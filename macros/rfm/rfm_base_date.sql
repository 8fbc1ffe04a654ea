{# One row: the date whose cut points stay fixed for the comparison over time. The first date of the spine, from the wanted one on, with
   enough scored buyers; where there is none, the as-of date itself. `settings`: the row of rfm_settings. #}
{% macro rfm_base_date(settings) -%}
    select
        coalesce(
            min(case
                when buyers.customers_count >= {{ settings }}.base_customers_count
                    and spine.as_of_date >= coalesce({{ settings }}.base_from_date, spine.as_of_date) then spine.as_of_date
            end),
            max(case when spine.is_current then spine.as_of_date end)
        ) as base_date
    from {{ ref('int_as_of_dates') }} as spine
    cross join {{ settings }}
    left join {{ ref('int_rfm_value_percentiles') }} as buyers
        on spine.as_of_date = buyers.as_of_date
        and buyers.rfm_group = 'all'
        and buyers.metric = 'recency_days'
        and buyers.percentile = 0
{%- endmacro %}
