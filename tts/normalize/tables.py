"""How tables of words are written: many on a line."""


def listed(text: str) -> list[str]:
    """The words of a text, in order."""
    return text.split()


def words_of(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


def pairs(text: str) -> dict[str, str]:
    """Words with what each stands for: `mr mister | e.g for example`."""
    return {key: words for key, _, words in (entry.strip().partition(" ") for entry in text.split("|"))}
