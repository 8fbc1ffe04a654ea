-- one row per cluster of today: its name in words. The strongest difference gives the adjective, the next one the clause;
-- where two clusters would have the same name, both say their next difference as well, and at last their number.
with

clusters as (
    select distinct persona_group, cluster_id
    from {{ ref('int_cluster_fits') }}
    where part = 'centroid'
        and is_current
),

words as (
    select
        clusters.cluster_id,
        case when clusters.persona_group = 'all' then '' else concat(clusters.persona_group, ': ') end as group_words,
        {%- for n in [2, 3, 4] %}
        max(case when differences.position = {{ n }} then differences.clause end) as clause_{{ n }},
        {%- endfor %}
        {%- for n in [1, 2, 3, 4, 5] %}
        max(case when differences.position = {{ n }} then differences.adjective end) as word_{{ n }}{{ ',' if not loop.last }}
        {%- endfor %}
    from clusters
    left join {{ ref('int_persona_differences') }} as differences
        on clusters.cluster_id = differences.cluster_id
    group by clusters.cluster_id, clusters.persona_group
),

clauses as (
    select
        words.*,
        case when word_1 is null then 'buyers like everybody' else concat(word_1, ' buyers') end as noun_words,
        clause_2 as clauses_of_2,
        concat_ws(' and ', clause_2, clause_3) as clauses_of_3,
        concat_ws(', ', clause_2, nullif(concat_ws(' and ', clause_3, clause_4), '')) as clauses_of_4
    from words
),

candidates as (
    select
        cluster_id,
        nullif(concat_ws(', ', word_1, word_2, word_3, word_4, word_5), '') as suggested_words,
        {%- for n in [2, 3, 4] %}
        concat(group_words, noun_words, case when clause_2 is null then '' else concat(' who ', clauses_of_{{ n }}) end) as name_of_{{ n }}{{ ',' if not loop.last }}
        {%- endfor %}
    from clauses
)

select
    cluster_id,
    case
        when count(*) over (partition by name_of_2) = 1 then name_of_2
        when count(*) over (partition by name_of_3) = 1 then name_of_3
        when count(*) over (partition by name_of_4) = 1 then name_of_4
        else concat(name_of_4, ' (cluster ', cast(cluster_id as {{ dbt.type_string() }}), ')')
    end as persona_name,
    suggested_words
from candidates
