"""What the reading of requests is learned from: sentences with their task and arguments, and what is made of them."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from router.task import Task

SLOTS = ("text", "target", "position", "notes", "durations_s", "voice", "name", "label", "time")
"""The arguments that are stretches of what was said."""
Spans: TypeAlias = Sequence[tuple[int, int, str]]
"""Where in a text each argument stands: its first character, the one after its last, its name."""

BEFORE = (
    *(
        "please",
        "hey",
        "could you",
        "can you",
        "would you",
        "um",
        "okay",
        "hey earshot",
        "earshot,",
        "so",
        "uh",
        "well",
    ),
    *("I'd like you to", "now", "alright", "I need you to", "can you please", "hi,", "right,", "just", "go ahead and"),
    *("you know what,", "I want you to", "let's"),
)
AFTER = ("please", "thanks", "for me", "if you can", "now", "okay", "thank you", "will you", "right away", "would you")
JOINTS = re.findall(
    "[^|]+",
    ", then |, and then | and then | then |. Then | and | and | and |, and | and after that |, after that |; |, |. |"
    ". After that, |. When that's done, | and finally |, and finally |. Once that is done | followed by |, next |"
    ". Next, | also | and afterwards |, also | plus |. And | and also |, while you're at it | as well as ",
)
"""What stands between two requests; commoner ones more often."""
LEADS = ("before you ", "Before you ", "First ", "first, ", "first of all ", "prior to that, ", "begin by this: ")
"""What the first of several requests may begin with."""
FILLERS = {
    **{"text": "hello there", "target": "the dog barking", "position": "on my left", "name": "the rain"},
    **{"audio": "the recording", "image": "the picture", "reference": "the recording", "language": "Spanish"},
    **{"seconds": "ten seconds", "start_s": "two", "end_s": "four seconds", "speed": "half speed", "level": "40"},
    **{"label": "the tea", "time": "half past six", "change": "louder", "amount": "six decibels"},
    **{"notes": "C4 | D4 | E4", "durations_s": "0.4 | 0.4 | 0.8", "voice": "a deep voice", "new_name": "the storm"},
}
"""What stands in a catalogue's example for what is given; where others said it for the same task, theirs is drawn."""
PROSE_SHARE = 0.1
"""How many of the sentences drawn are prose, which is no request."""
CHAINS_SHARE = 0.5
"""How many of the chains drawn were written as such; the others are joined of single requests."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence with what it asks for."""

    text: str
    task: str = ""
    """Empty: nothing that can be done."""
    arguments: dict[str, Any] = field(default_factory=dict)
    chain: tuple[str, ...] = ()
    """Several tasks, one after the other, in place of one."""
    heard: bool = False
    """Whether it is what the recognizer made of it: some of the arguments' words may be lost."""
    begins: tuple[int, ...] = ()
    """Where in the text each of them begins, in the order in which they are said, if that was marked."""
    spoken: tuple[str, ...] = ()
    """The tasks in that order."""

    def words(self) -> dict[str, str]:
        """The arguments that are stretches of the text."""
        given = ((k, v) for k, v in self.arguments.items() if k in SLOTS and isinstance(v, str))
        return {name: said for name, said in given if said and said.lower() in self.text.lower()}

    def spans(self) -> Spans:
        """Where they stand."""
        places = ((self.text.lower().find(said.lower()), said, name) for name, said in self.words().items())
        return [(at, at + len(said), name) for at, said, name in places]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file of JSON lines."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            chain, parts = tuple(row.get("chain", ())), row["text"].split(" | ")
            if not chain:
                yield Row(row["text"], row.get("task") or "", row.get("arguments") or {}, heard=path.stem == "heard")
                continue
            begins = tuple(len(" ".join(parts[:n])) + (n > 0) for n in range(len(parts)))
            spoken = tuple(row.get("spoken_order", chain))
            yield Row(" ".join(parts), chain=chain, begins=begins if len(begins) == len(chain) else (), spoken=spoken)


class Sentences:
    """Draws sentences, each a little different every time."""

    def __init__(self, rows: Sequence[Row], tasks: Sequence[Task], prose: Sequence[str] = (), seed: int = 1) -> None:
        self.rows = [row for row in rows if not row.chain] + [row for task in tasks for row in _examples(task)]
        self.classes = ["", *sorted({row.task for row in self.rows if row.task})]
        # Every thirteenth sentence is left for the test that prose is no request.
        self._prose = [line for number, line in enumerate(prose) if number % 13]
        self._random = random.Random(seed)
        self._deck: list[Row] = []
        self._requests = [row for row in self.rows if row.task and not row.heard]
        self._chains = [row for row in rows if row.begins]
        self._said: dict[tuple[str, str], list[str]] = {}
        for row in self._requests:
            for slot, said in row.words().items():
                self._said.setdefault((row.task, slot), []).append(said)

    def draw(self) -> tuple[str, Spans | None, str]:
        """A sentence, its arguments where they are known, and its task."""
        if self._prose and self._random.random() < PROSE_SHARE:
            return self._stretch(2, 16), (), ""
        if not self._deck:
            self._deck = self._random.sample(self.rows, len(self.rows))
        row = self._deck.pop()
        if row.heard:
            return self._wrapped(row.text, ())[0], None, row.task
        text, spans = self._wrapped(*self._refilled(row))
        return (*self._flattened(text, spans), row.task)

    def chain(self) -> tuple[str, Spans | None, Sequence[int], Sequence[str]]:
        """Several requests in one, the arguments of all where they are known, where each begins, and its task."""
        if self._chains and self._random.random() < CHAINS_SHARE:
            row = self._random.choice(self._chains)
            text, moved = self._flattened(row.text, [(at, at, "") for at in row.begins])
            return text, None, [at for at, _, _ in moved], row.spoken
        text, spans, begins, tasks = "", list[tuple[int, int, str]](), list[int](), list[str]()
        for number in range(self._random.choice((2, 2, 3, 3, 4))):
            row = self._random.choice(self._requests)
            tasks.append(row.task)
            part, found = self._refilled(row)
            if not number and self._random.random() < 0.1:
                text = self._random.choice(LEADS)
                part = part[:1].lower() + part[1:]
            if number:
                text = text.rstrip(" .?!,") + self._random.choice(JOINTS)
                part = part[:1].lower() + part[1:]
            begins.append(len(text) if number else 0)
            spans += [(a + len(text), b + len(text), slot) for a, b, slot in found]
            text += part
        marks = [(at, at, "") for at in begins]
        text, moved = self._flattened(text, [*spans, *marks])
        return text, moved[: len(spans)], [at for at, _, _ in moved[len(spans) :]], tasks

    def _refilled(self, row: Row) -> tuple[str, Spans]:
        """One of the arguments is, half of the time, what somebody else said for it."""
        text, spans = row.text, row.spans()
        if not spans or self._random.random() < 0.5:
            return text, spans
        first, end, slot = self._random.choice(spans)
        said = self._random.choice(self._said[row.task, slot])
        if slot == "text" and row.task in ("synthesize_speech", "transfer_style", "record_note") and self._prose:
            said = self._random.choice((said, self._stretch(1, 14)))
        longer = len(said) - (end - first)
        moved = [(a + longer * (a >= end), b + longer * (b >= end), s) for a, b, s in spans if (a, b) != (first, end)]
        return text[:first] + said + text[end:], [*moved, (first, first + len(said), slot)]

    def _wrapped(self, text: str, spans: Spans) -> tuple[str, Spans]:
        """Courtesies before or after it."""
        chance = self._random.random()
        if chance < 0.2:
            before = self._random.choice(BEFORE) + " "
            return before + text[:1].lower() + text[1:], [(a + len(before), b + len(before), s) for a, b, s in spans]
        if chance < 0.3 and all(end < len(text) - 3 for _, end, _ in spans):
            return f"{text.rstrip('.?! ')} {self._random.choice(AFTER)}", spans
        return text, spans

    def _flattened(self, text: str, spans: Spans) -> tuple[str, Spans]:
        """Often without capitals and punctuation, as recognizers write."""
        if self._random.random() > 0.45:
            return text, spans
        kept = [c if c.isalnum() or c in " '#/|." else " " if c in "-–—" else "" for c in text]
        places = [0]
        for char in kept:
            places.append(places[-1] + len(char))
        return "".join(kept).lower(), [(places[a], places[b], slot) for a, b, slot in spans]

    def _stretch(self, least: int, most: int) -> str:
        """Some words of prose in a row."""
        words = self._random.choice(self._prose).split()
        first = self._random.randrange(max(1, len(words) - least))
        stretch = " ".join(words[first : first + self._random.randint(least, most)]).strip(" ,;.:")
        return self._random.choice((stretch, stretch.lower()))


def _examples(task: Task) -> Iterator[Row]:
    """The catalogue's own ways of asking, their arguments filled in."""
    for example in task.examples:
        named = [name for name in re.findall(r"\{(\w+)\}", example) if name in FILLERS]
        if len(named) == example.count("{"):
            text = re.sub(r"\{(\w+)\}", lambda found: FILLERS[found[1]], example)
            yield Row(text, task.name, {name: FILLERS[name] for name in named})
