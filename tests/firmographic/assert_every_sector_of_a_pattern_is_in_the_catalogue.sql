-- a pattern for a sector without label, rule or group would leave its companies without a label
select distinct industries.sector
from {{ ref('industries') }} as industries
left join {{ ref('segment_catalogue') }} as catalogue
    on catalogue.scheme = 'industry_sector'
    and industries.sector = catalogue.segment
left join {{ ref('old_segment_rules') }} as rules
    on concat('industry_sector_', industries.sector) = rules.rule_id
left join {{ ref('sector_groups') }} as sector_groups
    on industries.sector = sector_groups.sector
where catalogue.segment is null
    or rules.rule_id is null
    or sector_groups.sector is null
