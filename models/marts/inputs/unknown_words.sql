{#- what a code list should have known: table, column, outcome, list (none: patterns) and its column, rule that rejects -#}
{%- set looked_up = [
    ('orders', 'status', 'rejected', 'order_statuses', 'status', 'unknown_order_status'),
    ('subscriptions', 'status', 'rejected', 'subscription_statuses', 'status', 'unknown_subscription_status'),
    ('subscriptions', 'billing_interval', 'without renewal dates', 'billing_intervals', 'spelling', none),
    ('subscriptions', 'plan_tier', 'of another tier', 'plan_tiers', 'spelling', none),
    ('orders', 'channel', 'in an unknown channel', 'order_channels', 'channel', none),
    ('customers', 'status', 'kept', 'customer_statuses', 'status', none),
    ('customers', 'unknown_country_code', 'of no known country', 'country_spellings', 'spelling', none),
    ('customers', 'settlement_type', 'of an unknown kind of settlement', 'settlement_types', 'spelling', none),
    ('customers', 'acquisition_source', 'of no known channel', 'acquisition_channels', 'spelling', none),
    ('customers', 'first_touch_source', 'of no known channel', 'acquisition_channels', 'spelling', none),
    ('technologies', 'category', 'of the category other', 'technology_categories', 'spelling', none),
    ('technologies', 'source', 'of no known source', 'technology_sources', 'spelling', none),
    ('stores', 'store_kind', 'of an unknown kind', 'store_kinds', 'store_kind', none),
    ('accounts', 'unknown_headquarters_country_code', 'of no known country', 'country_spellings', 'spelling', none),
    ('accounts', 'organization_type', 'of an unknown kind', 'organization_types', 'spelling', none),
    ('accounts', 'procurement_model', 'judged by who orders', 'procurement_models', 'spelling', none),
    ('campaign_events', 'event_type', 'counted for nothing', 'campaign_event_types', 'spelling', none),
    ('campaigns', 'channel', 'taken for no e-mail', 'campaign_channels', 'spelling', none),
    ('campaigns', 'kind', 'of the kind other', 'campaign_kinds', 'spelling', none),
    ('support_tickets', 'channel', 'taken for a talk with an agent', 'support_channels', 'spelling', none),
    ('opportunities', 'urgency', 'without an urgency', 'urgency_levels', 'spelling', none),
    ('opportunities', 'use_case', 'of the use case other', 'use_cases', 'spelling', none),
    ('products', 'use_case', 'of the use case other', 'use_cases', 'spelling', none),
    ('accounts', 'industry', 'of the sector of their NAICS code or none', none, none, none),
] -%}
-- one row per word that no code list knows, with the rows that hold it, what becomes of them and the nearest words of the list
with

words as (
    {{ unlisted_words(looked_up) | indent(4) }}
),

counted as (
    select
        input_table, column_name, word, count(*) as rows_count,
        row_number() over (partition by input_table, column_name order by count(*) desc, word) as position
    from words
    group by input_table, column_name, word
),

-- a column of free text has a thousand words; the most frequent ones say what is wrong
named as (
    select counted.*, limits.nearest_words_count
    from counted
    inner join ({{ settings('input', ['named_words_count', 'nearest_words_count']) }}) as limits
        on counted.position <= limits.named_words_count
),

distances as (
    {%- for table, column, outcome, list, spelling, rule in looked_up if list %}
    select named.*, known.{{ spelling }} as known_word, {{ edit_distance(code_text('named.word'), 'known.' ~ spelling) }} as distance
    from named
    cross join {{ ref(list) }} as known
    where named.input_table = '{{ table }}' and named.column_name = '{{ column | replace('unknown_', '') }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

nearest as (
    select input_table, column_name, word, {{ joined_texts('known_word', ', ') }} as nearest_words
    from (
        select distances.*, row_number() over (partition by input_table, column_name, word order by distance, known_word) as nearness
        from distances
    ) as ranked
    where nearness <= nearest_words_count
    group by input_table, column_name, word
)

select
    '{{ run_id() }}' as run_id,
    named.input_table, named.column_name, named.word,
    cast(named.rows_count as {{ dbt.type_bigint() }}) as rows_count,
    case concat(named.input_table, '.', named.column_name)
        {%- for table, column, outcome, list, spelling, rule in looked_up %}
        when '{{ table }}.{{ column | replace('unknown_', '') }}' then '{{ outcome }}'
        {%- endfor %}
    end as outcome,
    nearest.nearest_words
from named
left join nearest
    on named.input_table = nearest.input_table
    and named.column_name = nearest.column_name
    and named.word = nearest.word
