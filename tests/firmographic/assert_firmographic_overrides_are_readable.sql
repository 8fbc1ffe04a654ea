-- an override nobody can read would be left out in silence
select concat('firmographic_overrides: the ', overrides.attribute, ' of ', overrides.customer_id, ' is ', overrides.value, ', which cannot be read') as problem
from {{ ref('firmographic_overrides') }} as overrides
left join {{ ref('segment_catalogue') }} as catalogue
    on overrides.attribute = catalogue.scheme
    and overrides.value = catalogue.segment
    and catalogue.segment not in ('unknown', 'not_applicable')
where (overrides.attribute in ('industry_sector', 'organization_type') and catalogue.segment is null)
    or (
        overrides.attribute in ('employee_count', 'annual_revenue')
        and coalesce({{ try_cast('overrides.value', 'decimal(18, 4)') }}, -1) < 0
    )
    or (overrides.attribute = 'employee_count' and {{ try_cast('overrides.value', 'bigint') }} is null)
