"""Finds out of several failures at once the one to tell."""

from limner.errors import LimnerError


def first_cause(raised: BaseException) -> BaseException:
    """Return the first leaf of an exception group that Limner raised on purpose, else the first leaf."""
    if not isinstance(raised, BaseExceptionGroup):
        return raised
    leaves = [first_cause(each) for each in raised.exceptions]
    return next((leaf for leaf in leaves if isinstance(leaf, LimnerError)), leaves[0])
