"""What is sold and where: products, stores, plans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from customer_segmentation.example.columns import labels, numbers, row_ids
from customer_segmentation.example.places import CITY_COUNTRY, CITY_NAMES, CITY_REGION, COUNTRY_CODES, REGIONS

# category: department, price level, month in which it sells best (0: none)
CATEGORIES: dict[str, tuple[str, float, int]] = {
    "desks": ("furniture", 4.0, 0), "chairs": ("furniture", 3.0, 0), "storage": ("furniture", 1.5, 1),
    "lighting": ("home", 0.9, 11), "kitchen": ("home", 0.8, 12), "garden": ("home", 1.1, 5),
    "textiles": ("home", 0.7, 10), "laptops": ("electronics", 6.0, 9), "audio": ("electronics", 1.8, 12),
    "accessories": ("electronics", 0.5, 0), "paper": ("office supplies", 0.3, 9),
    "writing": ("office supplies", 0.3, 9), "fitness": ("wellbeing", 1.2, 1),
    "ergonomics": ("wellbeing", 1.0, 0),
}  # fmt: skip
CATEGORY_NAMES = tuple(CATEGORIES)
# what a product serves beside its purpose: the body of who uses it, or the surroundings
BODY, SURROUNDINGS = ("ergonomics", "fitness", "chairs"), ("garden", "lighting", "textiles", "storage")
# what a category is mostly bought for; the others serve many ends
CATEGORY_USE_CASES = {
    "desks": "home office", "chairs": "home office", "paper": "team rollout", "laptops": "team rollout",
    "kitchen": "gift", "textiles": "gift",
}  # fmt: skip
DEPARTMENTS = tuple(dict.fromkeys(row[0] for row in CATEGORIES.values()))
BRANDS = (
    "Alder",
    "Birk",
    "Corvo",
    "Dune",
    "Elm & Oak",
    "Fjord",
    "Gleam",
    "Haven",
    "Ibis",
    "Juno",
    "Kestrel",
    "Lumo",
)
_STYLES = ("Classic", "Modern", "Nordic", "Compact", "Pro", "Eco", "Mini", "Max", "Loft", "Retro")
_NOUNS = {"desks": "Desk", "chairs": "Chair", "storage": "Shelf", "lighting": "Lamp", "kitchen": "Kettle",
          "garden": "Planter", "textiles": "Throw", "laptops": "Laptop", "audio": "Headphones",
          "accessories": "Cable", "paper": "Notebook", "writing": "Pen", "fitness": "Mat",
          "ergonomics": "Footrest"}  # fmt: skip
PRODUCTS_PER_CATEGORY = 30
STORE_KINDS = ("stand-alone", "mall", "outlet")
STORES_COUNT = 102

PLAN_TIERS = ("basic", "team", "enterprise")
PLANS = ("Planner Basic", "Planner Team", "Planner Enterprise")
PLAN_PRICE_PER_SEAT = np.array([9.0, 18.0, 35.0])  # a month, in the reporting currency


@dataclass(frozen=True)
class Catalogue:
    """Products (ordered by category, most popular first) and stores (ordered by country)."""

    product_ids: pa.Array
    product_price: np.ndarray  # relative
    popularity: np.ndarray  # cumulative within the category, plus the category number
    store_ids: pa.Array
    store_city: np.ndarray
    stores_start: np.ndarray  # by country
    stores_count: np.ndarray  # by country
    product_columns: dict[str, pa.Array]
    store_columns: dict[str, pa.Array]

    def draw_products(self, rng: np.random.Generator, category: np.ndarray) -> np.ndarray:
        """A product of each category, by Zipf popularity."""
        drawn = np.searchsorted(self.popularity, category + rng.random(len(category)), side="right")
        return np.minimum(drawn, (category + 1) * PRODUCTS_PER_CATEGORY - 1)

    def draw_stores(self, rng: np.random.Generator, country: np.ndarray) -> np.ndarray:
        """A store in each country."""
        return self.stores_start[country] + (rng.random(len(country)) * self.stores_count[country]).astype(
            np.int64
        )


def draw_catalogue(rng: np.random.Generator) -> Catalogue:
    """A few hundred products and about a hundred stores."""
    categories_count = len(CATEGORY_NAMES)
    products_count = categories_count * PRODUCTS_PER_CATEGORY
    category = np.repeat(np.arange(categories_count), PRODUCTS_PER_CATEGORY)
    rank = np.tile(np.arange(1, PRODUCTS_PER_CATEGORY + 1), categories_count)
    share = 1.0 / rank[:PRODUCTS_PER_CATEGORY] ** 1.1
    cumulative = np.cumsum(share) / share.sum()
    level = np.array([row[1] for row in CATEGORIES.values()])
    brand = rng.integers(0, len(BRANDS), products_count)
    style = rng.integers(0, len(_STYLES), products_count)
    names = [
        f"{BRANDS[b]} {_STYLES[s]} {_NOUNS[CATEGORY_NAMES[c]]} {r:02d}"
        for b, s, c, r in zip(brand, style, category, rank, strict=True)
    ]
    product_ids = row_ids("P", np.arange(1, products_count + 1), width=4)

    country = np.sort(rng.choice(CITY_COUNTRY, STORES_COUNT))
    country[: len(COUNTRY_CODES)] = np.arange(len(COUNTRY_CODES))  # every country has one
    country = np.sort(country)
    city = np.array([rng.choice(np.flatnonzero(code == CITY_COUNTRY)) for code in country])
    store_ids = row_ids("S", np.arange(1, STORES_COUNT + 1), width=3)
    return Catalogue(
        product_ids=product_ids,
        product_price=level[category] * rng.lognormal(0.0, 0.5, products_count),
        popularity=(np.arange(categories_count)[:, None] + cumulative[None, :]).ravel(),
        store_ids=store_ids,
        store_city=city,
        stores_start=np.searchsorted(country, np.arange(len(COUNTRY_CODES))),
        stores_count=np.bincount(country, minlength=len(COUNTRY_CODES)),
        product_columns={
            "product_id": product_ids,
            "product_name": pa.array(names),
            "category": labels(category, CATEGORY_NAMES),
            "department": labels(
                np.array([DEPARTMENTS.index(CATEGORIES[CATEGORY_NAMES[c]][0]) for c in category]), DEPARTMENTS
            ),
            "brand": labels(brand, BRANDS),
            "is_accessibility_feature": numbers(
                (rng.random(products_count) < 0.02) | ((category == categories_count - 1) & (rank % 3 == 0))
            ),
            "is_for_body": numbers(np.isin(category, [CATEGORY_NAMES.index(one) for one in BODY])),
            "is_for_surroundings": numbers(
                np.isin(category, [CATEGORY_NAMES.index(one) for one in SURROUNDINGS])
            ),
            "use_case": pa.array([CATEGORY_USE_CASES.get(CATEGORY_NAMES[c]) for c in category]),
        },
        store_columns={
            "store_id": store_ids,
            "store_kind": labels(rng.choice(3, STORES_COUNT, p=[0.5, 0.4, 0.1]), STORE_KINDS),
            "country_code": labels(CITY_COUNTRY[city], COUNTRY_CODES),
            "region": labels(CITY_REGION[city], REGIONS),
            "city": labels(city, CITY_NAMES),
        },
    )


def seasonal_categories(month: np.ndarray) -> np.ndarray:
    """The category that sells best in each month, -1 where there is none."""
    best = np.full(13, -1)
    for code, (_, _, peak) in enumerate(CATEGORIES.values()):
        if peak:
            best[peak] = code
    return best[month]
