"""What customers want beside the goods: whether their health data may be used, which orders are gifts.

Both come from a random stream of their own, so that everything else of the company stays as it was.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from customer_segmentation.example.columns import numbers
from customer_segmentation.example.customers import Block
from customer_segmentation.example.parameters import SHARES
from customer_segmentation.example.purchases import Orders

GIFT_RATIO, USUAL_GIFT_RATIO = 0.8, 0.03


def draw_wishes(rng: np.random.Generator, block: Block) -> None:
    """Adds to `block.extras`: has_health_consent and gift_ratio, the share of orders meant as gifts."""
    assert block.extras is not None
    gives = ~block.is_business & (rng.random(block.n) < SHARES["gift_givers"])
    block.extras |= {
        "has_health_consent": rng.random(block.n) < SHARES["health_consent"],
        "gift_ratio": np.where(gives, GIFT_RATIO, USUAL_GIFT_RATIO),
    }


def consent_column(rng: np.random.Generator, block: Block) -> pa.Array:
    """`customers.health_data_consent`; some who were never asked have none."""
    assert block.extras is not None
    consents = block.extras["has_health_consent"]
    return numbers(consents, where=consents | (rng.random(block.n) < 0.8))


def gift_column(rng: np.random.Generator, block: Block, orders: Orders) -> pa.Array:
    """`orders.is_gift`."""
    assert block.extras is not None
    return numbers(rng.random(orders.n) < block.extras["gift_ratio"][orders.customer])
