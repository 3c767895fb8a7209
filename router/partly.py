"""Work that is a part of other work, as it tells how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from router.task import MOMENT, Context


@contextmanager
def part_of(context: Context, start: float, share: float) -> Iterator[None]:
    """What is told meanwhile of how far it is, as a share of the whole."""
    report = context.report
    token = MOMENT.set(replace(MOMENT.get(), report=lambda part: report(start + share * part)))
    try:
        yield
    finally:
        MOMENT.reset(token)
