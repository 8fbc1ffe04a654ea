-- one row per cluster: its profile card
with

members as (
    select
        clusters.cluster_id,
        max(clusters.persona_segment) as persona_segment,
        count(*) as customers_count,
        sum(case when clusters.is_outlier then 1 else 0 end) as outliers_count,
        sum(coalesce(purchases.net_last_365_days_amount, 0)) as revenue_amount,
        sum(purchases.sales_amount) / nullif(sum(purchases.orders_count), 0) as average_order_amount
    from {{ ref('customer_clusters') }} as clusters
    inner join {{ ref('int_customer_purchases_as_of') }} as purchases
        on clusters.customer_id = purchases.customer_id
        and clusters.as_of_date = purchases.as_of_date
    where clusters.persona_segment not in ('too_few_orders', 'not_applicable', 'unknown')
    group by clusters.cluster_id
),

totals as (
    select
        count(*) as customers_count,
        sum(case when clusters.persona_segment in ('not_applicable', 'unknown') then 0 else 1 end) as buyers_count,
        sum(coalesce(purchases.net_last_365_days_amount, 0)) as revenue_amount
    from {{ ref('customer_clusters') }} as clusters
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on clusters.customer_id = purchases.customer_id
        and clusters.as_of_date = purchases.as_of_date
),

traits as (
    select
        cluster_id,
        {%- for trait in ['category', 'product', 'channel', 'lifecycle'] %}
        max(case when trait = '{{ trait }}' then trait_value end) as main_{{ trait }},
        max(case when trait = '{{ trait }}' then trait_ratio end) as main_{{ trait }}_ratio{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_persona_traits') }}
    group by cluster_id
)

select
    stability.as_of_date,
    stability.cluster_id,
    stability.persona_group,
    members.persona_segment,
    names.persona_name,
    names.difference_sentence,
    names.suggested_words,
    cast(coalesce(members.customers_count, 0) as {{ dbt.type_bigint() }}) as customers_count,
    coalesce(cast(members.customers_count as {{ type_double() }}) / totals.customers_count, 0) as customers_ratio,
    coalesce(cast(members.customers_count as {{ type_double() }}) / nullif(totals.buyers_count, 0), 0) as buyers_ratio,
    cast(coalesce(members.revenue_amount, 0) as decimal(18, 2)) as revenue_amount,
    coalesce(cast(members.revenue_amount as {{ type_double() }}) / nullif(totals.revenue_amount, 0), 0) as revenue_ratio,
    cast(members.average_order_amount as decimal(18, 2)) as average_order_amount,
    coalesce(members.outliers_count / {{ double_literal('members.customers_count') }}, 0) as outliers_ratio,
    traits.main_category,
    traits.main_category_ratio,
    traits.main_product,
    traits.main_product_ratio,
    traits.main_channel,
    traits.main_channel_ratio,
    traits.main_lifecycle,
    traits.main_lifecycle_ratio,
    stability.promotion_status,
    stability.promotion_reason,
    stability.first_seen_date
from {{ ref('cluster_stability') }} as stability
cross join totals
inner join {{ ref('int_persona_names') }} as names
    on stability.cluster_id = names.cluster_id
left join members
    on stability.cluster_id = members.cluster_id
left join traits
    on stability.cluster_id = traits.cluster_id
