"""The one place where the relations that dbt hands to a Python model become pandas frames."""

from __future__ import annotations

from typing import Any

import pandas as pd


def to_pandas(relation: Any) -> pd.DataFrame:
    """All rows of a relation that dbt handed to a Python model (DuckDB relation or Spark frame)."""
    return relation.df() if hasattr(relation, "df") else relation.toPandas()
