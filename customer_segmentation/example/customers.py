"""Who the customers are: identity, place, firmographics, demographics, contacts, users, technologies.

A `Block` holds what the other modules need to know about some tens of thousands of customers, as numpy
arrays; everything else goes straight to the writer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammaincinv

from customer_segmentation.example import clocks, places
from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    dates,
    join_text,
    labels,
    money,
    numbers,
    plain_text,
    row_ids,
    timestamps,
)
from customer_segmentation.example.parameters import CLUSTER_WEIGHTS, CLUSTERS, GAMMA_GAMMA, SHARES
from customer_segmentation.example.vocabulary import (
    ACQUISITION_SOURCES,
    ACQUISITION_WEIGHTS,
    AGE_BANDS,
    COMPANY_FORMS,
    COMPANY_NOUNS,
    COMPANY_WORDS,
    EDUCATIONS,
    EMPLOYERS,
    EMPLOYMENT_STATUSES,
    ENRICHED_SOURCES,
    FAMILY_NAMES,
    FIRST_TOUCH_SOURCES,
    GENDERS,
    GIVEN_NAMES,
    HOME_OWNERSHIPS,
    INCOME_BANDS,
    INDUSTRIES,
    INDUSTRY_SPELLINGS,
    JOBS,
    MARITAL_STATUSES,
    OBSERVED_SOURCES,
    OCCUPATIONS,
    ORGANIZATION_TYPES,
    TECHNOLOGIES,
)

ROLES = ("buyer", "prospect", "lead", "free_user", "partner_without_orders", "test_account")
BUYER, PROSPECT, LEAD, FREE_USER, PARTNER, TEST_ACCOUNT = range(len(ROLES))
_CONCENTRATION = 30.0  # of the beta distributions around a cluster's ratios


@dataclass(frozen=True)
class OldIds:
    """Which other customer row a customer went by, from when until when (exclusive)."""

    owner: np.ndarray
    old: np.ndarray
    from_us: np.ndarray
    until_us: np.ndarray

    def at(self, customer: np.ndarray, times_us: np.ndarray, n: int) -> np.ndarray:
        """The customer rows of `n` that facts of these customers and times stand under; -1 stays -1."""
        has_old = np.zeros(n + 1, bool)
        has_old[self.owner] = True
        facts = np.flatnonzero(has_old[customer])
        owner, time = customer[facts], times_us[facts]
        customer = customer.copy()
        periods = zip(self.owner, self.old, self.from_us, self.until_us, strict=True)
        for survivor, old, from_us, until_us in periods:
            customer[facts[(owner == survivor) & (from_us <= time) & (time < until_us)]] = old
        return customer


@dataclass
class Block:
    """Some customers. Times in microseconds, days since 1970-01-01; indices refer to this block."""

    first_number: int
    n: int
    start_day: int
    until_day: int
    customer_ids: pa.Array
    role: np.ndarray
    is_business: np.ndarray
    is_partner: np.ndarray
    city: np.ndarray
    country: np.ndarray
    currency: np.ndarray
    utc_offset: np.ndarray
    hour_shift: np.ndarray
    arrived: np.ndarray  # process time in days: start of the relation, first purchase of a buyer
    created_at: np.ndarray
    has_consent: np.ndarray
    satisfaction: np.ndarray  # 0 to 1
    # planted habits
    cluster: np.ndarray
    spend_rate: np.ndarray  # nu of the Gamma-Gamma model
    discounted_ratio: np.ndarray
    online_ratio: np.ndarray
    opened_ratio: np.ndarray
    clicked_ratio: np.ndarray
    lines_per_order: np.ndarray
    events_per_year: np.ndarray
    tickets_per_year: np.ndarray
    favourite_categories: np.ndarray  # permutation of all categories, the customer's own order
    favourite_categories_count: np.ndarray
    # filled while the tables are drawn
    contact_ids: pa.Array | None = None
    contacts_start: np.ndarray | None = None
    contacts_count: np.ndarray | None = None
    is_centralised: np.ndarray | None = None
    churned_day: np.ndarray | None = None  # of the purchase process, far future while alive
    first_order_at: np.ndarray | None = None
    subscribed_at: np.ndarray | None = None  # -1 without subscription
    old_ids: OldIds | None = None
    extras: dict[str, np.ndarray] | None = None

    @property
    def is_buyer(self) -> np.ndarray:
        return self.role == BUYER

    @property
    def end_us(self) -> int:
        """End of the last day."""
        return (self.until_day + 1) * DAY_US

    def ids_of(self, customer: np.ndarray, *, where: np.ndarray | None = None) -> pa.Array:
        """Customer ids of block indices."""
        return labels(customer, self.customer_ids, where=where)

    def ids_at(
        self, customer: np.ndarray, times_us: np.ndarray, *, where: np.ndarray | None = None
    ) -> pa.Array:
        """The ids that the customers went by at these times."""
        if self.old_ids is not None:
            customer = self.old_ids.at(customer, times_us, self.n)
        return self.ids_of(customer, where=where)


def _around(rng: np.random.Generator, mean: np.ndarray) -> np.ndarray:
    return rng.beta(mean * _CONCENTRATION, (1.0 - mean) * _CONCENTRATION)


def _shares(weights: list[float]) -> np.ndarray:
    return np.array(weights) / sum(weights)


def draw_block(
    rng: np.random.Generator,
    *,
    first_number: int,
    n: int,
    start_day: int,
    until_day: int,
    categories_count: int,
) -> Block:
    """Draws the planted habits and the place in time and space of `n` customers."""
    role = rng.choice(len(ROLES), n, p=[SHARES[name] for name in ROLES])
    is_business = rng.random(n) < SHARES["business"]
    is_business |= role == PARTNER
    cluster = rng.choice(len(CLUSTERS), n, p=CLUSTER_WEIGHTS)

    def habit(name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in CLUSTERS], dtype=np.float64)[cluster]

    # businesses spend more, yet the distribution over all buyers stays exactly Gamma(q, rate gamma):
    # with probability .4 a customer's quantile comes from its own type's part of the unit interval
    share = SHARES["business"]
    quantile = rng.random(n)
    own_part = np.where(is_business, quantile * share, share + quantile * (1.0 - share))
    quantile = np.where(rng.random(n) < 0.4, own_part, quantile)
    spend_rate = gammaincinv(GAMMA_GAMMA["q"], np.clip(quantile, 1e-9, 1 - 1e-9)) / GAMMA_GAMMA["gamma"]

    city = rng.choice(len(places.CITIES), n, p=places.CITY_WEIGHTS)
    country = places.CITY_COUNTRY[city]
    days_count = until_day - start_day + 1
    arrived = clocks.acquisition_times(rng, n, start_day=start_day, days_count=days_count)
    # many of those who never bought arrived lately
    is_recent = np.isin(role, (PROSPECT, LEAD, FREE_USER)) & (rng.random(n) < 0.5)
    recent = until_day + 1 - np.minimum(rng.exponential(45.0, n), days_count - 1.0) - 1e-3
    arrived = np.where(is_recent, recent, arrived)
    # popular categories come early in many customers' own order
    popularity = np.linspace(0.8, 0.0, categories_count)
    taste = popularity + rng.gumbel(size=(n, categories_count))
    block = Block(
        first_number=first_number,
        n=n,
        start_day=start_day,
        until_day=until_day,
        customer_ids=row_ids("C", first_number + np.arange(n), width=8),
        role=role,
        is_business=is_business,
        is_partner=(role == PARTNER) | ((role == BUYER) & (rng.random(n) < SHARES["partner_among_buyers"])),
        city=city,
        country=country,
        currency=places.COUNTRY_CURRENCY[country],
        utc_offset=places.COUNTRY_UTC_OFFSET[country],
        hour_shift=rng.integers(-2, 3, n),
        arrived=clocks.process_time(arrived, is_business),
        created_at=clocks.microseconds(arrived),
        has_consent=rng.random(n) < 0.86,
        satisfaction=rng.beta(4.0, 2.0, n),
        cluster=cluster,
        spend_rate=spend_rate,
        discounted_ratio=_around(rng, habit("discounted_ratio")),
        online_ratio=_around(rng, habit("online_ratio")),
        opened_ratio=_around(rng, habit("opened_ratio")),
        clicked_ratio=_around(rng, habit("clicked_ratio")),
        lines_per_order=1.0 + (habit("lines_per_order") - 1.0) * rng.lognormal(-0.02, 0.2, n),
        events_per_year=habit("events_per_year") * rng.lognormal(-0.08, 0.4, n),
        tickets_per_year=habit("tickets_per_year") * rng.lognormal(-0.045, 0.3, n),
        favourite_categories=np.argsort(-taste, axis=1).astype(np.int8),
        favourite_categories_count=np.minimum(
            np.maximum(1, np.rint(habit("favourite_categories_count") * rng.lognormal(0.0, 0.12, n))),
            categories_count,
        ).astype(np.int64),
        extras={},
    )
    return block


def draw_referrers(rng: np.random.Generator, block: Block, came_by_friend: np.ndarray) -> np.ndarray:
    """Who referred a customer, or -1: somebody known before, of three in five who came by a friend."""
    order = np.argsort(block.created_at, kind="stable")
    place = np.empty(block.n, np.int64)
    place[order] = np.arange(block.n)
    referrer = order[(rng.random(block.n) * place).astype(np.int64)]
    is_known = came_by_friend & (rng.random(block.n) < 0.6) & (place > 0)
    is_known &= (block.role != TEST_ACCOUNT) & (block.role[referrer] != TEST_ACCOUNT)
    return np.where(is_known, referrer, -1)


def customer_columns(
    rng: np.random.Generator,
    referral_rng: np.random.Generator,
    person_rng: np.random.Generator,
    block: Block,
) -> dict[str, pa.Array]:
    """The table `customers`; records in `block.extras` how customers came, who referred them, who they are.

    A quarter of those who state an employer work for one of the business customers.
    """
    n, is_business = block.n, block.is_business
    is_consumer = ~is_business

    given = rng.integers(0, len(GIVEN_NAMES), n)
    family = rng.integers(0, len(FAMILY_NAMES), n)
    person = join_text(labels(given, GIVEN_NAMES), " ", labels(family, FAMILY_NAMES))
    company = join_text(
        labels(rng.integers(0, len(COMPANY_WORDS), n), COMPANY_WORDS),
        " ",
        labels(rng.integers(0, len(COMPANY_NOUNS), n), COMPANY_NOUNS),
        " ",
        labels(rng.integers(0, len(COMPANY_FORMS), n), COMPANY_FORMS),
    )
    name = pc.if_else(pa.array(is_business), company, person)
    is_test = block.role == TEST_ACCOUNT
    name = pc.if_else(pa.array(is_test), pa.scalar("Test Account"), name)
    local_part = pc.if_else(pa.array(is_test), pa.scalar("test+"), pa.scalar("person."))
    number = pa.array(block.first_number + np.arange(n)).cast(pa.string())
    email = join_text(local_part, number, pc.if_else(pa.array(is_business), "@firm.example", "@mail.example"))
    email = pc.if_else(pa.array(rng.random(n) < 0.97), email, pa.scalar(None, pa.string()))

    status = np.select(
        [block.is_partner, block.role == PROSPECT, block.role == LEAD, block.role == FREE_USER],
        [3, 1, 2, 2],
        default=0,
    )
    source = rng.choice(len(ACQUISITION_SOURCES), n, p=ACQUISITION_WEIGHTS)
    touch = np.where(rng.random(n) < 0.7, source, rng.integers(0, len(FIRST_TOUCH_SOURCES), n))
    referrer = draw_referrers(referral_rng, block, source == ACQUISITION_SOURCES.index("friend or colleague"))
    block.extras |= {"acquisition_channel": source, "first_touch_channel": touch, "referred_by": referrer}

    age_years = np.clip(rng.gamma(9.0, 4.8, n), 18, 95)
    birth_day = block.until_day - (age_years * 365.25).astype(np.int64) - rng.integers(0, 365, n)
    has_birth_date = is_consumer & (rng.random(n) < 0.8)
    has_age_band = is_consumer & ~has_birth_date & (rng.random(n) < 0.7)
    known_years = np.floor((block.until_day - birth_day) / 365.2425)
    age_band = np.clip(np.searchsorted([25, 35, 45, 55, 65], known_years, side="right"), 0, 5)
    education = rng.choice(len(EDUCATIONS), n, p=[0.1, 0.3, 0.2, 0.25, 0.12, 0.03])
    income = np.rint(rng.lognormal(10.5, 0.45, n) * (1 + 0.12 * education) / 100) * 100 * 100
    has_income = is_consumer & (rng.random(n) < 0.45)
    has_income_band = is_consumer & ~has_income & (rng.random(n) < 0.5)
    income_band = np.searchsorted([25_000, 50_000, 75_000, 100_000, 150_000], income / 100, side="right")
    employment = np.where(
        age_years > 66, 3, rng.choice(len(EMPLOYMENT_STATUSES), n, p=[0.62, 0.12, 0.1, 0.06, 0.1])
    )
    household = 1 + rng.poisson(1.3, n)
    children = np.where(household > 2, household - 2 + (rng.random(n) < 0.1), 0)

    def known(ratio: float) -> np.ndarray:
        return is_consumer & (rng.random(n) < ratio)

    firms = np.flatnonzero(is_business & ~is_test)
    works_for_customer = person_rng.random(n) < (SHARES["works_for_a_customer"] if len(firms) else 0.0)
    firm = firms[(person_rng.random(n) * len(firms)).astype(np.int64)] if len(firms) else np.zeros(n, int)

    columns = {
        "customer_id": block.customer_ids,
        "customer_type": labels((~is_business).astype(np.int64), ("business", "consumer")),
        "customer_name": name,
        "email": email,
        "created_at": timestamps(block.created_at),
        "status": labels(status, ("customer", "prospect", "lead", "partner")),
        "acquisition_source": labels(source, ACQUISITION_SOURCES, where=rng.random(n) < 0.55),
        "first_touch_source": labels(touch, FIRST_TOUCH_SOURCES, where=rng.random(n) < 0.85),
        "referred_by_customer_id": block.ids_of(referrer),
        "country_code": labels(block.country, places.COUNTRY_CODES),
        "region": labels(places.CITY_REGION[block.city], places.REGIONS, where=rng.random(n) < 0.96),
        "city": labels(block.city, places.CITY_NAMES),
        "district": labels(places.districts_of(rng, block.city), places.DISTRICTS, where=rng.random(n) < 0.8),
        "postal_code": join_text(
            labels(block.city, [city[4] for city in places.CITIES]),
            row_ids("", rng.integers(1, 60, n), width=2),
        ),
        "birth_date": dates(birth_day, where=has_birth_date),
        "age_band": labels(age_band, AGE_BANDS, where=has_age_band),
        "gender": labels(
            gender := rng.choice(len(GENDERS), n, p=[0.5, 0.46, 0.04]), GENDERS, where=known(0.75)
        ),
        "annual_income": money(income.astype(np.int64), where=has_income),
        "income_band": labels(income_band, INCOME_BANDS, where=has_income_band),
        "occupation": labels(
            occupation := rng.integers(0, len(OCCUPATIONS), n), OCCUPATIONS, where=known(0.6)
        ),
        "education": labels(education, EDUCATIONS, where=known(0.55)),
        "employment_status": labels(employment, EMPLOYMENT_STATUSES, where=known(0.6)),
        "employer": labels(
            rng.integers(0, len(EMPLOYERS), n), EMPLOYERS, where=known(0.25) & (employment == 0)
        ),
        "marital_status": labels(
            marital := rng.choice(4, n, p=[0.35, 0.45, 0.14, 0.06]), MARITAL_STATUSES, where=known(0.5)
        ),
        "household_size": numbers(household.astype(np.int32), where=known(0.6)),
        "children_count": numbers(children.astype(np.int32), where=known(0.55)),
        "home_ownership": labels(rng.choice(3, n, p=[0.45, 0.45, 0.1]), HOME_OWNERSHIPS, where=known(0.5)),
        "marketing_consent": numbers(block.has_consent, where=rng.random(n) < 0.97),
    }
    stated = plain_text(columns["employer"])
    names_firm = pc.and_(pa.array(works_for_customer), stated.is_valid())
    columns["employer"] = pc.if_else(names_firm, name.take(pa.array(firm)), stated)
    block.extras |= {
        "true_birth_date": birth_day,
        "true_gender": gender,
        "true_household_size": household,
        "true_children_count": children,
        "true_annual_income": income / 100,
        "true_occupation": occupation,
        "true_education": education,
        "true_employment_status": employment,
        "true_marital_status": marital,
        "works_for_a_customer": works_for_customer,
    }
    return columns


# the profile of the seed account_criteria: software, Europe, a private or public company or a startup
IDEAL_INDUSTRY = [one.spellings[0] for one in INDUSTRIES].index("Software")
IDEAL_ORGANIZATIONS = [ORGANIZATION_TYPES.index(kind) for kind in ("private company", "public", "startup")]
IDEAL_COUNTRIES = [places.COUNTRY_CODES.index(code) for code in ("GB", "DE", "FR", "NL", "ES", "AT", "SE")]


def account_columns(rng: np.random.Generator, block: Block) -> dict[str, pa.Array]:
    """The table `accounts`: business customers, some of them in groups of up to three levels."""
    firm = np.flatnonzero(block.is_business)
    n = len(firm)
    parent = _parents(rng, n)

    sector = rng.choice(len(INDUSTRIES), n, p=_shares([one.weight for one in INDUSTRIES]))
    spelling_start = np.cumsum([0] + [len(one.spellings) for one in INDUSTRIES])
    spellings_count = np.diff(spelling_start)
    spelling = spelling_start[sector] + (rng.random(n) ** 2 * spellings_count[sector]).astype(np.int64)
    # NAICS at 2 to 6 digits
    codes = [one.naics[:digits] for one in INDUSTRIES for digits in (2, 3, 4, 5, 6)]
    naics = sector * 5 + rng.choice(5, n, p=[0.1, 0.15, 0.2, 0.05, 0.5])

    employees = np.maximum(1, np.rint(rng.lognormal(3.3, 1.7, n))).astype(np.int64)
    employees = np.minimum(employees, 250_000)
    revenue = np.rint(employees * rng.lognormal(11.6, 0.6, n) / 1000).astype(np.int64) * 1000
    advertising = np.rint(revenue * rng.beta(1.5, 40, n) / 100).astype(np.int64) * 100
    founded = 2026 - np.minimum(np.rint(rng.gamma(1.6, 14.0, n)), 180).astype(np.int64)
    kind = rng.choice(len(ORGANIZATION_TYPES), n, p=[0.55, 0.14, 0.08, 0.06, 0.06, 0.06, 0.05])
    kind = np.where((kind == 1) & (founded < 2012), 0, kind)

    is_centralised = rng.random(block.n) < np.where(block.is_business, 0.6, 1.0)
    block.is_centralised = is_centralised
    country = np.where(
        rng.random(n) < 0.93, block.country[firm], rng.integers(0, len(places.COUNTRY_CODES), n)
    )
    is_alone = (parent < 0) & ~np.isin(np.arange(n), parent)
    is_ideal = (
        (sector == IDEAL_INDUSTRY)
        & (employees >= 50)
        & (employees < 1000)
        & np.isin(kind, IDEAL_ORGANIZATIONS)
        & np.isin(country, IDEAL_COUNTRIES)
    )
    block.extras["is_ideal_account"] = np.full(block.n, -1)
    block.extras["is_ideal_account"][firm[is_alone]] = is_ideal[is_alone]
    return {
        "customer_id": block.ids_of(firm),
        "parent_customer_id": block.ids_of(np.where(parent >= 0, firm[parent], -1)),
        "industry": labels(spelling, INDUSTRY_SPELLINGS, where=rng.random(n) < 0.9),
        "naics_code": labels(naics, codes, where=rng.random(n) < 0.6),
        "employee_count": numbers(employees.astype(np.int32), where=rng.random(n) < 0.85),
        "annual_revenue": money(revenue * 100, where=rng.random(n) < 0.7),
        "annual_ad_spend": money(advertising * 100, where=rng.random(n) < 0.35),
        "organization_type": labels(kind, ORGANIZATION_TYPES, where=rng.random(n) < 0.8),
        "headquarters_country_code": labels(country, places.COUNTRY_CODES, where=rng.random(n) < 0.9),
        "founded_year": numbers(founded.astype(np.int32), where=rng.random(n) < 0.7),
        "procurement_model": labels(
            np.where(is_centralised[firm], 0, 1), ("centralised", "decentralised"), where=rng.random(n) < 0.4
        ),
    }


def _parents(rng: np.random.Generator, n: int) -> np.ndarray:
    """Index of the parent firm or -1; a leaf hangs on a middle firm, a middle firm on a root."""
    level = rng.choice(
        4,
        n,
        p=[
            SHARES["group_root"],
            SHARES["group_middle"],
            SHARES["group_leaf"],
            1 - SHARES["group_root"] - SHARES["group_middle"] - SHARES["group_leaf"],
        ],
    )
    parent = np.full(n, -1)
    for child_level in (1, 2):
        parents = np.flatnonzero(level == child_level - 1)
        children = np.flatnonzero(level == child_level)
        if len(parents) and len(children):
            # large groups are rare
            chosen = (rng.random(len(children)) ** 2 * len(parents)).astype(np.int64)
            parent[children] = parents[chosen]
    return parent


def contact_columns(
    rng: np.random.Generator, person_rng: np.random.Generator, block: Block, *, first_number: int
) -> dict[str, pa.Array]:
    """The table `contacts`: one to six people of every business customer.

    Two fifths state what they are responsible for.
    """
    counts = np.where(block.is_business, 1 + np.minimum(rng.poisson(1.3, block.n), 5), 0)
    customer = np.repeat(np.arange(block.n), counts)
    n = len(customer)
    block.contacts_count = counts
    block.contacts_start = np.cumsum(counts) - counts
    block.contact_ids = row_ids("K", first_number + np.arange(n), width=8)
    job = rng.choice(len(JOBS), n, p=_shares([one.weight for one in JOBS]))
    number = pa.array(first_number + np.arange(n)).cast(pa.string())
    return {
        "contact_id": block.contact_ids,
        "customer_id": block.ids_of(customer),
        "email": join_text(labels(np.zeros(n, dtype=np.int64), ("contact.",)), number, "@firm.example"),
        "job_title": labels(job, [one.title for one in JOBS], where=rng.random(n) < 0.93),
        "department": labels(job, [one.department for one in JOBS], where=rng.random(n) < 0.6),
        "responsibilities": labels(
            np.where(person_rng.random(n) < 0.4, job * 2 + (person_rng.random(n) < 0.3), -1),
            [words for one in JOBS for words in (one.department, f"{one.department}, budget, office")],
        ),
        "seniority": labels(job, [one.seniority for one in JOBS], where=rng.random(n) < 0.5),
        "is_decision_maker": numbers(
            np.array([one.decides for one in JOBS])[job] ^ (rng.random(n) < 0.03), where=rng.random(n) < 0.7
        ),
    }


def technology_columns(
    rng: np.random.Generator, source_rng: np.random.Generator, block: Block
) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """The table `technologies` in two parts: tools seen at two thirds of the business customers.

    Two fifths are seen by the company itself, two fifths by a vendor, the rest by both; these are in the
    second part once more. Records the truth in `block.extras`.
    """
    counts = np.where(block.is_business & (rng.random(block.n) < 0.67), 1 + rng.poisson(2.2, block.n), 0)
    customer = np.repeat(np.arange(block.n), counts)
    ranks = np.arange(1, len(TECHNOLOGIES) + 1) ** -0.7
    tool = rng.choice(len(TECHNOLOGIES), len(customer), p=ranks / ranks.sum())
    # each tool once per customer
    _, kept = np.unique(customer * 1000 + tool, return_index=True)
    customer, tool = customer[kept], tool[kept]
    n = len(customer)
    first = block.start_day + rng.integers(-300, block.until_day - block.start_day - 30, n)
    last = np.minimum(block.until_day, first + rng.integers(5, 1200, n))
    has_category = rng.random(n) < 0.95
    has_last = rng.random(n) < 0.97

    evidence = source_rng.choice(3, n, p=[0.4, 0.4, 0.2])  # observed, enriched, both
    observed = source_rng.choice(len(OBSERVED_SOURCES), n, p=[0.5, 0.3, 0.2])
    enriched = len(OBSERVED_SOURCES) + source_rng.choice(len(ENRICHED_SOURCES), n, p=[0.5, 0.3, 0.2])
    in_use = ~has_last | (last > block.until_day - 90)
    connected = np.unique(customer[in_use & (evidence != 1) & (observed == 0)], return_counts=True)
    block.extras["connected_apps_count"] = np.zeros(block.n, np.int64)
    block.extras["connected_apps_count"][connected[0]] = connected[1]

    def rows(row: np.ndarray, source: np.ndarray) -> dict[str, pa.Array]:
        return {
            "customer_id": block.ids_of(customer[row]),
            "technology": labels(tool[row], [one[0] for one in TECHNOLOGIES]),
            "category": labels(tool[row], [one[1] for one in TECHNOLOGIES], where=has_category[row]),
            "source": labels(source[row], OBSERVED_SOURCES + ENRICHED_SOURCES),
            "first_seen_at": timestamps(first[row] * DAY_US),
            "last_seen_at": timestamps(last[row] * DAY_US + 12 * 3600 * SECOND_US, where=has_last[row]),
        }

    all_rows, again = np.arange(n), np.flatnonzero(evidence == 2)
    return rows(all_rows, np.where(evidence == 1, enriched, observed)), rows(again, enriched)
