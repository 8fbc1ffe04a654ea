-- one row per as-of date and measure: the scored buyers by the cut points of their own date, beside the same buyers by the
-- fixed cut points of the base date
with

base as (
    select base_date
    from {{ ref('int_rfm_base_date') }}
),

combinations as (
    select
        scored.*,
        {{ rfm_weighted_score('scored', 'settings', prefix='own_') }} as own_weighted_score,
        {{ rfm_weighted_score('scored', 'settings', prefix='fixed_') }} as fixed_weighted_score
    from {{ ref('int_rfm_score_combinations_as_of') }} as scored
    cross join {{ ref('int_rfm_settings') }} as settings
),

buyers as (
    select
        as_of_date,
        sum(customers_count) as customers_count
    from combinations
    group by as_of_date
),

{%- set scores = ['recency_score', 'frequency_score', 'monetary_score', 'weighted_score'] %}

mean_scores as (
    {%- for score in scores %}
    select
        as_of_date,
        'mean_score' as kind,
        '{{ score }}' as measure,
        sum(cast(own_{{ score }} * customers_count as {{ type_double() }})) / sum(customers_count) as own_value,
        sum(cast(fixed_{{ score }} * customers_count as {{ type_double() }})) / sum(customers_count) as fixed_value
    from combinations
    group by as_of_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted_segments as (
    {%- for kind in ['own', 'fixed'] %}
    select
        combinations.as_of_date,
        grid.rfm_segment as measure,
        sum({{ 'combinations.customers_count' if kind == 'own' else '0' }}) as own_count,
        sum({{ 'combinations.customers_count' if kind == 'fixed' else '0' }}) as fixed_count
    from combinations
    inner join {{ ref('rfm_grid') }} as grid
        on combinations.{{ kind }}_recency_score = grid.recency_score
        and combinations.{{ kind }}_frequency_score = grid.frequency_score
        and combinations.{{ kind }}_monetary_score = grid.monetary_score
    group by combinations.as_of_date, grid.rfm_segment
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

measured as (
    select * from mean_scores
    union all
    select
        counted_segments.as_of_date,
        'segment_ratio' as kind,
        counted_segments.measure,
        cast(sum(counted_segments.own_count) as {{ type_double() }}) / max(buyers.customers_count) as own_value,
        cast(sum(counted_segments.fixed_count) as {{ type_double() }}) / max(buyers.customers_count) as fixed_value
    from counted_segments
    inner join buyers
        on counted_segments.as_of_date = buyers.as_of_date
    group by counted_segments.as_of_date, counted_segments.measure
)

select
    measured.as_of_date,
    base.base_date,
    measured.kind,
    measured.measure,
    cast(buyers.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(measured.own_value as {{ type_double() }}) as own_value,
    cast(measured.fixed_value as {{ type_double() }}) as fixed_value,
    cast(measured.fixed_value - measured.own_value as {{ type_double() }}) as hidden_change_value
from measured
cross join base
inner join buyers
    on measured.as_of_date = buyers.as_of_date
