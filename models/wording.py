"""Quantities and tasks as they are said in a sentence."""


def span(seconds: float) -> str:
    """Such as "15 seconds" or "10 minutes"."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds >= size:
            return _counted(seconds / size, unit)
    return _counted(seconds, "second")


def megabytes(size_mb: float) -> str:
    """Such as "300 megabytes" or "2.5 gigabytes"."""
    return _counted(size_mb / 1000, "gigabyte") if size_mb >= 1000 else f"{round(size_mb)} megabytes"


def task_in_words(task: str) -> str:
    """Such as "separate speech"."""
    return task.replace("_", " ")


def _counted(number: float, unit: str) -> str:
    written = f"{round(number, 1):g}"
    return f"{written} {unit}{'' if written == '1' else 's'}"
