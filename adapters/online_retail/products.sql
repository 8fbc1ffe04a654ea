-- one row per stock code, called as on most of its lines, the first by name among equals
with

lines_per_name as (
    select
        StockCode,
        Description,
        count(*) as lines_count
    from source.online_retail
    group by StockCode, Description
)

select
    StockCode as product_id,
    arg_min(Description, row(-lines_count, Description)) filter (where Description is not null) as product_name
from lines_per_name
group by StockCode
