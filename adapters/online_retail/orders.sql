-- one row per invoice that is no cancellation; what it is worth are its lines of positive quantity and price
with

lines as (
    select
        InvoiceNo,
        CustomerID,
        InvoiceDate,
        Quantity,
        cast(UnitPrice as decimal(18, 3)) as unit_price
    from source.online_retail
    where InvoiceNo not like 'C%'
),

invoices as (
    select
        InvoiceNo,
        max(CustomerID) as customer_number,
        min(InvoiceDate) as ordered_at,
        sum(Quantity * unit_price) filter (where Quantity > 0 and unit_price > 0) as net_amount
    from lines
    group by InvoiceNo
)

select
    InvoiceNo as order_id,
    cast(customer_number as varchar) as customer_id,
    ordered_at,
    'GBP' as currency_code,
    net_amount,
    case
        when InvoiceNo like 'A%' then 'bad-debt adjustment, not a sale'
        when net_amount is null then 'no line with a positive quantity and price'
    end as rejection_reason
from invoices
