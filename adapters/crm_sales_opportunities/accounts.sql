-- one row per account; revenue comes in millions, and one sector is misspelt in the source
select
    account as customer_id,
    subsidiary_of as parent_customer_id,
    case sector when 'technolgy' then 'technology' else sector end as industry,
    employees as employee_count,
    cast(revenue as decimal(18, 4)) * 1000000 as annual_revenue,
    office_location as headquarters_country_code,
    year_established as founded_year
from source.accounts
