-- one row per NAICS code that companies state: the 2022 codes of two, three, four and six digits it stands for, and its sector
with

stated as (
    select stated_naics_code
    from {{ ref('int_companies') }}
    where stated_naics_code is not null
    group by stated_naics_code
),

{% for digits in [6, 4, 3] -%}
-- the first {{ digits }} digits: the successor of a revised code, else the code itself, null where there is none
beginnings_{{ digits }} as (
    select
        stated.stated_naics_code,
        coalesce(revisions.new_naics_code, codes.naics_code) as code,
        revisions.old_naics_code is not null as is_revised
    from stated
    left join {{ ref('naics_revisions') }} as revisions
        on substring(stated.stated_naics_code, 1, {{ digits }}) = revisions.old_naics_code
        and length(revisions.old_naics_code) = {{ digits }}
    left join {{ ref('naics_codes') }} as codes
        on substring(stated.stated_naics_code, 1, {{ digits }}) = codes.naics_code
        and codes.digits_count = {{ digits }}
),

{% endfor -%}
-- a deeper code that is known decides the ones above it: a revision can move a code to another group
levels as (
    select
        stated.stated_naics_code,
        beginnings_6.code as naics_6_code,
        coalesce(substring(beginnings_6.code, 1, 4), beginnings_4.code) as naics_4_code,
        coalesce(substring(beginnings_6.code, 1, 3), substring(beginnings_4.code, 1, 3), beginnings_3.code) as naics_3_code,
        coalesce(beginnings_6.code, beginnings_4.code, beginnings_3.code, stated.stated_naics_code) as deepest_code,
        beginnings_6.is_revised or beginnings_4.is_revised or beginnings_3.is_revised as is_naics_revised
    from stated
    inner join beginnings_6 on stated.stated_naics_code = beginnings_6.stated_naics_code
    inner join beginnings_4 on stated.stated_naics_code = beginnings_4.stated_naics_code
    inner join beginnings_3 on stated.stated_naics_code = beginnings_3.stated_naics_code
),

known as (
    select
        levels.*,
        coalesce(levels.naics_6_code, levels.naics_4_code, levels.naics_3_code, sectors.naics_prefix) as naics_code,
        sectors.naics_sector_code as naics_2_code,
        sectors.naics_sector_title as naics_2_title
    from levels
    left join {{ ref('naics_sectors') }} as sectors on substring(levels.deepest_code, 1, 2) = sectors.naics_prefix
)

select
    known.stated_naics_code,
    known.naics_code,
    known.naics_2_code,
    known.naics_2_title,
    {%- for digits in [3, 4, 6] %}
    known.naics_{{ digits }}_code,
    titles_{{ digits }}.naics_title as naics_{{ digits }}_title,
    {%- endfor %}
    known.is_naics_revised,
    -- the longest beginning of the code that is known decides
    coalesce({% for digits in [6, 5, 4, 3, 2] %}sectors_{{ digits }}.sector{{ ', ' if not loop.last }}{% endfor %}) as naics_industry_sector
from known
{%- for digits in [3, 4, 6] %}
left join {{ ref('naics_codes') }} as titles_{{ digits }} on known.naics_{{ digits }}_code = titles_{{ digits }}.naics_code
{%- endfor %}
{%- for digits in [6, 5, 4, 3, 2] %}
left join {{ ref('naics_industry_sectors') }} as sectors_{{ digits }} on substring(known.naics_code, 1, {{ digits }}) = sectors_{{ digits }}.naics_prefix
{%- endfor %}
