-- one row per customer: its situation at the current date in each scheme of the family, beside the measures that the rules of bought styles and of
-- content name. Consent holds today, so there are no earlier dates; of answers nothing stands here but the situations
with

declared as (
    {{ declared_flags(['survey_responses', 'orders', 'order_items', 'products', 'product_events', 'campaign_events']) }}
),

-- schemes that need consent, as the catalogue marks them
allowed as (
    select
        {%- for trait in survey_traits() + ['survey_coverage'] %}
        max(case when scheme = '{{ trait }}' and is_sensitive then 1 else 0 end) = 1 as is_{{ trait }}_allowed{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('scheme_catalogue') }}
),

rejected as (
    select distinct customer_id
    from (
        {{ judged_rows('survey_responses') | indent(8) }}
    ) as judged
    where rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source') and customer_id is not null
)

select
    relationships.customer_id,
    relationships.as_of_date,
    relationships.is_current,
    styles.style as main_style,
    styles.style_affinity_index,
    coalesce(styles.main_style_lines_count, 0) as main_style_lines_count,
    coalesce(styles.style_lines_count, 0) as style_lines_count,
    topics.main_topic_ratio,
    coalesce(topics.main_topic_days_count, 0) as main_topic_days_count,
    coalesce(topics.content_days_count, 0) as content_days_count,
    {{- psychographic_situations() }}
from {{ ref('int_customer_relationships_as_of') }} as relationships
cross join declared
cross join allowed
inner join {{ ref('int_customer_demographics') }} as demographics on relationships.customer_id = demographics.customer_id
inner join {{ ref('int_customer_engagement_as_of') }} as engagement on relationships.customer_id = engagement.customer_id and relationships.as_of_date = engagement.as_of_date
left join {{ ref('int_customer_survey_traits') }} as traits on relationships.customer_id = traits.customer_id
left join {{ ref('int_customer_styles') }} as styles on relationships.customer_id = styles.customer_id
left join {{ ref('int_customer_content_topics') }} as topics on relationships.customer_id = topics.customer_id
left join rejected on relationships.customer_id = rejected.customer_id
where relationships.is_current
