"""H, the task handler: everything that can be asked for.

To add a task is to write one function: every `Task` in a module of `router.abilities` is in the catalogue.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from router import abilities
from router.task import Task


def _tasks() -> Iterator[Task]:
    for module in sorted(pkgutil.iter_modules(abilities.__path__), key=lambda m: m.name):
        names = vars(import_module(f"{abilities.__name__}.{module.name}")).values()
        yield from (thing for thing in names if isinstance(thing, Task))


CATALOGUE: tuple[Task, ...] = tuple({task.name: task for task in _tasks()}.values())
"""Every task, once."""
