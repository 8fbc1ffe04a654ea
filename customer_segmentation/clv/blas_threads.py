"""One thread for linear algebra on small matrices: waking threads costs many times the work."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@lru_cache(maxsize=1)  # finding the loaded libraries takes longer than limiting them
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def on_one_blas_thread(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The function, with BLAS and LAPACK on one thread while it runs."""

    @wraps(function)
    def limited(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*arguments, **options)

    return limited
