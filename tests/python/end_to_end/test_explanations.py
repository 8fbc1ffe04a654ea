"""What is said to come next comes: facts moved across a bound get the label that the explanation told."""

from __future__ import annotations

import pytest

from helpers.refreshed import Refreshed

pytestmark = pytest.mark.warehouse

# On one scale each: the value that decides moves alone.
SCALES = ("rhythm_risk", "churn_risk", "company_size", "value_tier")


def test_neighbours_name_each_other(example: Refreshed) -> None:
    """On one scale the label above mine has mine below it: at the same bound, in the words of other customers."""
    schemes = ", ".join(f"'{scheme}'" for scheme in SCALES)
    broken = example.published(f"""
        with told as (
            select distinct scheme, segment, deciding_measure, lower_bound, upper_bound, lower_segment, upper_segment
            from customer_segment_assignments
            where scheme in ({schemes}) and segment not in ('unknown', 'too_little_history')
        )
        select below.*, above.segment, above.lower_segment
        from told as below
        inner join told as above
            on below.scheme = above.scheme
            and below.deciding_measure = above.deciding_measure
            and below.upper_bound = above.lower_bound
        where below.upper_segment <> above.segment or above.lower_segment <> below.segment
            or below.upper_segment is null or above.lower_segment is null
    """)
    assert broken == []
    told = example.published(f"""
        select count(distinct (scheme, upper_segment)) from customer_segment_assignments
        where scheme in ({schemes}) and upper_segment is not null
    """)
    assert told[0][0] >= 12


def test_rfm_groups_change_at_the_cut_point_that_is_told(example: Refreshed) -> None:
    """Every customer again by plain arithmetic: beyond the told day the score, and with it the group, is another."""
    rows = example.built("""
        select labels.segment, labels.upper_segment, labels.upper_bound, facts.frequency_score, facts.frequency_count,
            array[facts.recency_days_cut_1, facts.recency_days_cut_2, facts.recency_days_cut_3, facts.recency_days_cut_4]
        from marts.customer_segment_assignments as labels
        inner join marts.rfm_facts as facts
            on labels.customer_id = facts.customer_id and labels.as_of_date = facts.as_of_date
        where labels.scheme = 'rfm' and labels.upper_segment is not null
    """)
    assert len(rows) > 300
    for segment, told, bound, frequency, orders, cuts in rows:
        beyond = 5 - sum(cut < bound + 0.5 for cut in cuts)
        assert group_of(beyond, frequency, orders < 3) == told, (segment, bound, frequency, orders, cuts)


def group_of(recency: int, frequency: int, is_seldom: bool) -> str:
    """The RFM groups in plain Python, once more and independently."""
    if frequency >= 4 and not is_seldom:
        if recency == 5:
            return "champions"
        return "loyal" if recency >= 3 else ("cannot_lose" if frequency == 5 else "at_risk")
    if frequency == 1:
        return {5: "new_buyers", 4: "promising", 3: "about_to_sleep"}.get(recency, "hibernating")
    if recency >= 4:
        return "potential_loyalists"
    if frequency == 2:
        return "about_to_sleep" if recency == 3 else "hibernating"
    return "need_attention" if recency == 3 else "at_risk"


def test_every_label_is_explained_in_words(example: Refreshed) -> None:
    lines = [line for (line,) in example.published("select explanation from customer_segment_assignments")]
    assert all(line and (line[0].isupper() or line[0].isdigit()) for line in lines)
    told = example.published("""
        select explanation from customer_segment_assignments
        where scheme = 'lifecycle' and rule_id = 'lifecycle_repeat_at_risk'
    """)
    assert told
    for (line,) in told:
        words, _, rest = line.partition(": lapse_ratio is ")
        assert words == "Two to four times the usual gap has passed since the last order"
        ratio, down, up = rest.split("; ")
        assert 2 <= float(ratio) < 4
        assert down in ("down at 2: active", "down at 2: loyal")
        assert up == "up at 4: dormant"


def test_the_nearer_bound_is_the_threshold_and_its_label_comes_next(example: Refreshed) -> None:
    wrong = example.published("""
        select count(*) from customer_segment_assignments
        where threshold_value is distinct from case
                when lower_bound is null then upper_bound
                when upper_bound is null then lower_bound
                when upper_bound - deciding_value < deciding_value - lower_bound then upper_bound
                else lower_bound
            end
            or next_segment is distinct from case when threshold_value is distinct from upper_bound or lower_bound = upper_bound
                then lower_segment else upper_segment end
            or next_segment = segment
    """)
    assert wrong == [(0,)]
