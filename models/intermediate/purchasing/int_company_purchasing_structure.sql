-- one row per business customer of the current as-of date: how it says that it buys, by how many contacts its orders were placed, to how
-- many sites they went, and the share of the contact and the site with most. A site is the store of an order in a store, else the country
-- it goes to; a single country is none: where all goods stay in one country nothing is said of who buys
with

orders as (
    select
        orders.customer_id,
        orders.contact_id,
        case when orders.store_id is not null then 'store' else 'country' end as site_kind,
        coalesce(orders.store_id, spellings.country_code, lower(orders.ship_to_country_code)) as site
    from {{ ref('int_orders_accepted') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    inner join {{ ref('int_companies') }} as companies
        on orders.customer_id = companies.customer_id
    left join {{ ref('country_spellings') }} as spellings
        on lower(orders.ship_to_country_code) = spellings.spelling
    where orders.counts_as_sale
),

totals as (
    select customer_id, count(*) as orders_count
    from orders
    group by customer_id
),

by_contact as (
    select
        customer_id,
        count(*) as ordering_contacts_count,
        sum(contact_count) as contact_orders_count,
        max(contact_count) as main_contact_orders_count
    from (select customer_id, contact_id, count(*) as contact_count from orders where contact_id is not null group by customer_id, contact_id) as contacts
    group by customer_id
),

by_kind_of_site as (
    select
        customer_id,
        site_kind,
        count(*) as sites_count,
        sum(site_count) as site_orders_count,
        max(site_count) as main_site_orders_count
    from (select customer_id, site_kind, site, count(*) as site_count from orders where site is not null group by customer_id, site_kind, site) as sites
    group by customer_id, site_kind
    having site_kind = 'store' or count(*) > 1
),

-- stores and countries are not compared with each other: of the two kinds the one with more orders speaks
by_site as (
    select
        by_kind_of_site.*,
        sum(sites_count) over (partition by customer_id) as order_sites_count,
        row_number() over (partition by customer_id order by site_orders_count desc, site_kind) as kind_rank
    from by_kind_of_site
)

select
    companies.customer_id,
    stated.procurement_model,
    totals.orders_count,
    by_contact.ordering_contacts_count,
    coalesce(by_contact.contact_orders_count, 0) as contact_orders_count,
    by_contact.main_contact_orders_count / {{ double_literal('by_contact.contact_orders_count') }} as main_contact_ratio,
    by_site.order_sites_count,
    coalesce(by_site.site_orders_count, 0) as site_orders_count,
    by_site.main_site_orders_count / {{ double_literal('by_site.site_orders_count') }} as main_site_ratio
from {{ ref('int_companies') }} as companies
left join {{ ref('procurement_models') }} as stated
    on companies.procurement_model = stated.spelling
left join totals
    on companies.customer_id = totals.customer_id
left join by_contact
    on companies.customer_id = by_contact.customer_id
left join by_site
    on companies.customer_id = by_site.customer_id
    and by_site.kind_rank = 1
