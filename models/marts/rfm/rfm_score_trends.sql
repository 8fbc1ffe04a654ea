{%- set scores = ['recency_score', 'frequency_score', 'monetary_score', 'weighted_score'] -%}
{%- set measures_without_combination = ['recency_days', 'frequency_count', 'monetary_amount', 'recency_days_cut_1', 'recency_days_cut_2', 'recency_days_cut_3', 'recency_days_cut_4', 'recency_window_days'] -%}
{%- set values = {'own_value': {'own': 1}, 'fixed_value': {'fixed': 1}, 'hidden_change_value': {'own': -1, 'fixed': 1}} -%}
-- one row per as-of date and measure: the scored buyers by the cut points of their own date, and by the fixed ones of the base date
with

settings as (
    {{ rfm_settings() }}
),

base as (
    {{ rfm_base_date('settings') }}
),

base_cuts as (
    select cuts.* from ({{ rfm_wide_cuts() }}) as cuts inner join base on cuts.as_of_date = base.base_date
),

scored as (
    select as_of_date, 'own' as cut_points, rfm_situation, recency_score, frequency_score, monetary_score
    from {{ ref('rfm_facts') }} where rfm_rank is not null
    union all
    select
        facts.as_of_date,
        'fixed' as cut_points,
        facts.rfm_situation,
        {{ rfm_score('recency_days', 'facts', 'base_cuts') }} as recency_score,
        {{ rfm_score('frequency_count', 'facts', 'base_cuts') }} as frequency_score,
        {{ rfm_score('monetary_amount', 'facts', 'base_cuts') }} as monetary_score
    from {{ ref('rfm_facts') }} as facts
    left join base_cuts as own_base on facts.rfm_group = own_base.rfm_group
    -- a group that had no cut points of its own on the base date is held against those of everybody
    inner join base_cuts on base_cuts.rfm_group = coalesce(own_base.rfm_group, 'all')
    where facts.rfm_rank is not null
),

-- at most 250 rows per date and kind of cut points, however many customers there are
counted as (
    select
        scored.*,
        count(*) as customers_count,
        sum(count(*)) over (partition by as_of_date, cut_points) as buyers_count
    from scored
    group by as_of_date, cut_points, rfm_situation, recency_score, frequency_score, monetary_score
),

combinations as (
    select
        counted.*,
        cast({{ rfm_weighted_score('counted', 'settings') }} as decimal(18, 4)) as weighted_score,
        null as {{ measures_without_combination | join(', null as ') }}
    from counted
    cross join settings
),

labels as (
    {{ scheme_labels('combinations', {'family': 'rfm', 'situations': ['rfm'], 'measures': scores + measures_without_combination}, keys=['as_of_date', 'cut_points', 'customers_count', 'buyers_count'] + scores) }}
),

measured as (
    {%- for score in scores %}
    select as_of_date, cut_points, buyers_count, 'mean_score' as kind, '{{ score }}' as measure, {{ score }} * customers_count as amount
    from labels
    union all
    {%- endfor %}
    select as_of_date, cut_points, buyers_count, 'segment_ratio' as kind, segment as measure, customers_count as amount
    from labels
)

select
    measured.as_of_date,
    base.base_date,
    measured.kind,
    measured.measure,
    cast(max(buyers_count) as {{ dbt.type_bigint() }}) as customers_count,
    {%- for value, signs in values.items() %}
    cast(sum(case cut_points when 'own' then {{ signs.own or 0 }} else {{ signs.fixed or 0 }} end * amount) as {{ type_double() }}) / max(buyers_count) as {{ value }}{{ ',' if not loop.last }}
    {%- endfor %}
from measured cross join base
group by measured.as_of_date, base.base_date, measured.kind, measured.measure
