"""Finds what was raised inside the groups that task groups wrap it in."""


def cause_of(raised: BaseException) -> BaseException:
    """Return the one error in nested groups; a group of several as it is."""
    while isinstance(raised, BaseExceptionGroup) and len(raised.exceptions) == 1:
        raised = raised.exceptions[0]
    return raised
