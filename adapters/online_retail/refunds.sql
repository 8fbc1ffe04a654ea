-- one row per line of a cancellation (an invoice whose number begins with C); the source does not say
-- which order it cancels
with

lines as (
    select
        InvoiceNo,
        CustomerID,
        InvoiceDate,
        Quantity,
        cast(UnitPrice as decimal(18, 3)) as unit_price,
        row_number() over (
            partition by InvoiceNo
            order by StockCode, Description, Quantity, UnitPrice, InvoiceDate, CustomerID, Country
        ) as line_number
    from source.online_retail
    where InvoiceNo like 'C%'
)

select
    concat(InvoiceNo, '-', line_number) as refund_id,
    cast(null as varchar) as order_id,
    cast(CustomerID as varchar) as customer_id,
    InvoiceDate as refunded_at,
    -Quantity * unit_price as amount,
    'cancellation' as reason
from lines
