"""Custom segments: the worked cases against SQL of their own on the accepted rows, and lists that stay what they were."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers import ROOT
from helpers.refreshed import EXAMPLE_UNTIL, NOT_COPIED, Refreshed, command

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

AS_OF = EXAMPLE_UNTIL.isoformat()
SALES = f"(from intermediate.int_orders_valued where ordered_date <= date '{AS_OF}')"
# what each delivered segment means, said once more over what was accepted
MEANT = {
    "partner_chiefs": """
        select customer_id from intermediate.int_customers_accepted where status = 'partner' and customer_id in (
            select customer_id from staging.stg_contacts
            where rejection_rule_id is null and job_title in ('CEO', 'Chief Executive Officer')
        )""",
    "large_us_salesforce_users": f"""
        select customer_id from marts.customer_firmographic_segments
        inner join intermediate.int_customers_accepted using (customer_id)
        where int_customers_accepted.country_code = 'US' and annual_revenue_amount > 500000000 and customer_id in (
            select customer_id from staging.stg_technologies where rejection_rule_id is null and technology = 'salesforce'
                and coalesce(last_seen_date, date '9999-12-31') > date '{AS_OF}' - 90
        )""",
    "searching_without_deal": f"""
        select customer_id from intermediate.int_customer_behavior_days
        where behavior = 'visited_pricing_page' and activity_date between date '{AS_OF}' - 6 and date '{AS_OF}'
        group by 1 having sum(times_count) >= 2
        except
        select customer_id from staging.stg_opportunities
        where rejection_rule_id is null and created_date <= date '{AS_OF}'
            and case when closed_date is null then stage not in ('won', 'lost') else closed_date > date '{AS_OF}' end""",
    "desks_without_chairs": f"""
        select distinct customer_id from {SALES}
        inner join intermediate.int_order_items_accepted using (order_id)
        inner join intermediate.int_products_accepted using (product_id) where category = 'desks'
        except
        select customer_id from {SALES}
        inner join intermediate.int_order_items_accepted using (order_id)
        inner join intermediate.int_products_accepted using (product_id) where category = 'chairs'""",
    "full_price_buyers": f"""
        select customer_id from (
            select *, row_number() over (partition by customer_id order by ordered_at desc, order_id desc) as place
            from {SALES} where gross_amount > 0 or is_discounted
        ) where place <= 4 group by 1
        having count(*) filter (not is_discounted) >= 3""",
}  # fmt: skip


# nobody of the example looks at prices twice in its last week, or is as large
RARE = {"searching_without_deal", "large_us_salesforce_users"}


def members(refreshed: Refreshed, segment: str) -> set[str]:
    return {
        row[0]
        for row in refreshed.built(
            f"select customer_id from marts.customer_custom_segments "
            f"where custom_segment = '{segment}' and membership = 'member'"
        )
    }


@pytest.mark.parametrize("segment", MEANT)
def test_members_are_those_that_the_words_mean(example: Refreshed, segment: str) -> None:
    meant = {row[0] for row in example.built(MEANT[segment])}
    unknown = {
        row[0]
        for row in example.built(
            f"select customer_id from marts.customer_custom_segments "
            f"where custom_segment = '{segment}' and membership = 'unknown'"
        )
    }
    assert meant - unknown == members(example, segment)
    assert meant or segment in RARE


def test_conditions_on_labels_are_those_of_the_wide_table(example: Refreshed) -> None:
    meant = example.published(
        "select customer_id from customer_segments where value_tier_segment in ('top', 'high') "
        "and lifecycle_segment in ('at_risk', 'dormant') and renewal_window_segment <> 'due_within_30_days'"
    )
    assert meant
    assert {row[0] for row in meant} <= members(example, "slipping_champions")


def test_sizes_add_up(example: Refreshed) -> None:
    assert example.published("""
        select count(*) from custom_segments
        where members_count + unknown_count + others_count <> (select count(*) from customer_segments)
            or members_count <> (
                select count(*) from customer_custom_segments as members
                where members.custom_segment = custom_segments.custom_segment and membership = 'member'
            )
    """) == [(0,)]


COMPANY = {
    "customers": "customer_id,status,created_at\n" + "".join(f"C{n},customer,2026-01-01\n" for n in range(30)),
    "orders": "order_id,customer_id,ordered_at,status,net_amount\n"
    + "".join(f"O{n},C{n},2026-0{1 + n % 3}-0{1 + n % 9},paid,{20 + n}\n" for n in range(30)),
    "users": "user_id,customer_id\n" + "".join(f"U{n},C{n}\n" for n in range(30)),
}  # fmt: skip


def liked(times: dict[int, int]) -> str:
    rows = [
        f"E{n}-{k},U{n},song_liked,2026-03-{10 + k:02}\n" for n, often in times.items() for k in range(often)
    ]
    return "event_id,user_id,event_name,occurred_at\n" + "".join(rows)


def test_a_list_stays_what_it_was_on_its_day(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=NOT_COPIED)
    seeds = project / "seeds/rules"

    def define(*, at_least: int, frozen: str) -> None:
        (seeds / "custom_segment_catalogue.csv").write_text(
            "custom_segment,label,owner,purpose,suggested_action,minimum_size_count,frozen_on_date\n"
            f"fans,Fans,,,,,\nfan_list,Fans of March,,,,,{frozen}\n"
        )
        (seeds / "custom_segment_conditions.csv").write_text(
            "custom_segment,part,group_number,kind,name,operator,value,window_days\n"
            f"fans,include,1,event,song_liked,at_least,{at_least},\n"
            f"fan_list,include,1,event,song_liked,at_least,{at_least},\n"
        )

    def run(name: str, times: dict[int, int], as_of: str) -> dict[str, set[str]]:
        folder = tmp_path / name
        folder.mkdir()
        for table, text in {**COMPANY, "product_events": liked(times)}.items():
            (folder / f"{table}.csv").write_text(text)
        done = command(
            "refresh", "--input", folder, "--as-of", as_of, "--warehouse", tmp_path / "warehouse",
            "--accept-change", project=project,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        refreshed = Refreshed(tmp_path / "warehouse")
        return {segment: members(refreshed, segment) for segment in ("fans", "fan_list")}

    define(at_least=3, frozen="2026-03-31")
    assert run("march", {1: 3, 2: 5, 3: 2}, "2026-03-31") == {"fans": {"C1", "C2"}, "fan_list": {"C1", "C2"}}
    # in April one comes, one goes, and the rule is another one
    define(at_least=2, frozen="2026-03-31")
    assert run("april", {1: 1, 2: 5, 3: 3}, "2026-04-30") == {"fans": {"C2", "C3"}, "fan_list": {"C1", "C2"}}
    refreshed = Refreshed(tmp_path / "warehouse")
    assert refreshed.published("""
        select members.custom_segment, since_date::varchar, members.frozen_as_of_date::varchar, members.rules_hash = segments.rules_hash
        from customer_custom_segments as members
        inner join custom_segments as segments using (custom_segment)
        where customer_id = 'C2' order by 1
    """) == [("fan_list", "2026-03-31", "2026-03-31", False), ("fans", "2026-04-30", None, True)]
