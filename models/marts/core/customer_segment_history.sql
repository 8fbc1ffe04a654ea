-- one row per customer, scheme and range of as-of dates in which the label did not change: what the runs before kept, gone on
with

-- a run as of an earlier date than the newest kept one changes nothing
run as (
    select spine.as_of_date, count(later.customer_id) = 0 as is_newest
    from {{ ref('int_as_of_dates') }} as spine
    left join {{ ref('stg_kept_segment_history') }} as later
        on spine.as_of_date < later.newest_as_of_date
    where spine.is_current
    group by spine.as_of_date
),

-- whoever was erased leaves nothing; of merged customers only the history of the survivor goes on
gone as (
    select from_customer_id as customer_id from {{ ref('int_customer_identities') }}
    union
    select coalesce(identities.to_customer_id, requests.customer_id) as customer_id
    from {{ accepted_relation('erasure_requests') | indent(4) }} as requests
    left join {{ ref('int_customer_identities') }} as identities
        on requests.customer_id = identities.from_customer_id
),

-- of a custom segment who is a member, or may be; under other rules it is another segment
labels as (
    select labels.customer_id, labels.scheme, labels.segment, labels.rule_id, labels.rule_version, '' as ruled_by
    from {{ ref('segment_labels') }} as labels
    inner join {{ ref('scheme_catalogue') }} as schemes
        on labels.scheme = schemes.scheme
        and schemes.history = 'from run to run'
    where labels.is_current
    union all
    select customer_id, concat('custom:', custom_segment) as scheme, membership as segment, rules_hash as rule_id, null as rule_version, rules_hash as ruled_by
    from {{ ref('customer_custom_segments') }}
),

-- what the same date answered before is taken back, so that a repeated run is like one; who does not consent (any more) leaves no earlier label
-- of a scheme that asks for consent
kept as (
    select
        kept.customer_id, kept.scheme, kept.segment, kept.rule_id, kept.rule_version, kept.valid_from_date,
        case when kept.scheme like 'custom:%' then kept.rule_id else '' end as ruled_by,
        case when kept.valid_to_date < run.as_of_date or not run.is_newest then kept.valid_to_date end as valid_to_date
    from {{ ref('stg_kept_segment_history') }} as kept
    cross join run
    left join gone
        on kept.customer_id = gone.customer_id
    left join labels as present
        on kept.customer_id = present.customer_id and kept.scheme = present.scheme
    where gone.customer_id is null
        and (coalesce(present.segment, '') <> 'not_consented' or kept.segment = 'not_consented')
        and (kept.valid_from_date < run.as_of_date or not run.is_newest)
)

select
    kept.customer_id, kept.scheme, kept.segment, kept.rule_id, kept.rule_version, kept.valid_from_date,
    case when kept.valid_to_date is null and run.is_newest and labels.customer_id is null then run.as_of_date else kept.valid_to_date end as valid_to_date
from kept
cross join run
left join labels
    on kept.customer_id = labels.customer_id
    and kept.scheme = labels.scheme
    and kept.segment = labels.segment
    and kept.ruled_by = labels.ruled_by
union all
select
    labels.customer_id, labels.scheme, labels.segment, labels.rule_id,
    cast(labels.rule_version as {{ dbt.type_int() }}) as rule_version,
    run.as_of_date as valid_from_date,
    cast(null as date) as valid_to_date
from labels
inner join run
    on run.is_newest
left join kept
    on labels.customer_id = kept.customer_id
    and labels.scheme = kept.scheme
    and labels.segment = kept.segment
    and labels.ruled_by = kept.ruled_by
    and kept.valid_to_date is null
where kept.customer_id is null
