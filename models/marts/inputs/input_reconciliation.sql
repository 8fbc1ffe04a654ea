-- rows read = rows accepted + rows rejected, for every input table of this run
with

rows_read as (
    {%- for table in input_table_names() %}
    select '{{ table }}' as input_table, count(*) as rows_count from {{ ref('stg_' ~ table) }}
    union all
    {%- endfor %}
    select input_table, count(*) as rows_count from {{ ref('stg_loader_findings') }} where line_number is not null group by input_table
),

rows_accepted as (
    {%- for table in input_table_names() %}
    select '{{ table }}' as input_table, count(*) as rows_count from {{ accepted_relation(table) | indent(4) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

rows_rejected as (
    select input_table, count(*) as rows_count from {{ ref('rejected_rows') }} group by input_table
),

-- column by column in words, since a table has any number of them
columns_read as (
    select
        input_table,
        {{ joined_texts("case when convention is not null then concat(column_name, ' ', convention) end", ', ') }} as conventions,
        {{ joined_texts("case when values_unreadable > 0 then concat(column_name, ' ', values_unreadable, ' of ', values_given) end", ', ') }} as unreadable_values,
        {{ joined_texts("case when references_unlike > 0 then concat(column_name, ' ', references_unlike, ' of ', values_given) end", ', ') }} as unlike_references
    from {{ ref('stg_loader_findings') }}
    where column_name is not null
    group by input_table
),

counts as (
    select input_table, rows_count as read_count, 0 as accepted_count, 0 as rejected_count from rows_read
    union all
    select input_table, 0 as read_count, rows_count as accepted_count, 0 as rejected_count from rows_accepted
    union all
    select input_table, 0 as read_count, 0 as accepted_count, rows_count as rejected_count from rows_rejected
)

select
    '{{ run_id() }}' as run_id,
    counts.input_table,
    max(declared.is_declared) as is_declared,
    cast(sum(counts.read_count) as {{ dbt.type_bigint() }}) as rows_read,
    cast(sum(counts.accepted_count) as {{ dbt.type_bigint() }}) as rows_accepted,
    cast(sum(counts.rejected_count) as {{ dbt.type_bigint() }}) as rows_rejected,
    cast(max(case when counts.input_table = 'customers' then guests.guests_count end) as {{ dbt.type_bigint() }}) as known_guests_count,
    max(columns_read.unreadable_values) as unreadable_values,
    max(columns_read.unlike_references) as unlike_references,
    max(columns_read.conventions) as conventions
from counts
cross join (select count(*) as guests_count from ({{ guest_pairs() | indent(4) }}) as pairs) as guests
inner join {{ ref('int_declared_tables') }} as declared
    on counts.input_table = declared.table_name
left join columns_read
    on counts.input_table = columns_read.input_table
group by counts.input_table
