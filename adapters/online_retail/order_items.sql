-- one row per line of an invoice that is no cancellation; equal lines stay lines of their own,
-- and the number of a line depends on what stands in it, never on the order of the file
with

lines as (
    select
        InvoiceNo,
        StockCode,
        Quantity,
        cast(UnitPrice as decimal(18, 3)) as unit_price,
        row_number() over (
            partition by InvoiceNo
            order by StockCode, Description, Quantity, UnitPrice, InvoiceDate, CustomerID, Country
        ) as line_number
    from source.online_retail
    where InvoiceNo not like 'C%'
)

select
    InvoiceNo as order_id,
    line_number,
    StockCode as product_id,
    Quantity as quantity,
    unit_price,
    Quantity * unit_price as net_amount,
    case
        when InvoiceNo like 'A%' then 'bad-debt adjustment, not a sale'
        when Quantity <= 0 then 'no positive quantity'
        when unit_price <= 0 then 'no positive price'
    end as rejection_reason
from lines
