"""What a reference means among the artifacts there are, going by their order and by the dialogue so far.

focus    what was given since the last turn, else the newest thing nobody has spoken of yet, else what was last played
         or spoken of, else the newest
pointed  the things a reference means: by number, place in the row, noun, or the focus
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.errors import TaskError
from assistant.events import Artifact
from assistant.history import AssistantSaid, Turn, UserSaid
from router.references import ALL, KINDS, Reference, normal, reference

REMEMBERED_TURNS = 6
"""How many turns back "it" may lead."""
WHICH = "Which one: "
"""How it is asked which of several is meant."""
NAMED = {"audio": "sound", "image": "picture", "video": "video", "text": "text", "": "thing"}
"""What things of a kind are called."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What can be pointed at."""

    artifacts: Sequence[Artifact]
    """Of the kinds that will do, oldest first."""
    everything: Sequence[Artifact]
    """All there are."""
    turns: Sequence[Turn] = ()
    """Before the present one, oldest first."""
    kind: str = ""
    """What is looked for; empty: anything."""
    used: int = 0
    """The number of what was worked on last; 0: none, or it is not known."""
    there: int | None = None
    """The number up to which things were there when the turn before was over; None: it is not known."""

    @property
    def noun(self) -> str:
        """What is looked for, in a word."""
        return NAMED[self.kind]

    def asked(self) -> "Scene":
        """Only what it was just asked about, in that order, where the last reply asked which one is meant."""
        last = self.turns[-1] if self.turns else None
        if not isinstance(last, AssistantSaid) or WHICH not in last.text:
            return self
        meant = mentioned(last.text.rpartition(WHICH)[2], self.artifacts)
        return replace(self, artifacts=meant) if meant else self

    @property
    def asking(self) -> bool:
        """Whether the last reply asked which one is meant."""
        return self.asked() is not self


def before_present(turns: Sequence[Turn]) -> Sequence[Turn]:
    """The turns without the present one, which may or may not be among them yet."""
    return turns[:-1] if turns and isinstance(turns[-1], UserSaid) else turns


def mentioned(text: str, artifacts: Sequence[Artifact]) -> list[Artifact]:
    """The artifacts whose names are in a text, in its order; a longer name hides those within it."""
    said = f" {' '.join(normal(text))} "
    found: list[tuple[int, Artifact]] = []
    for artifact in sorted(artifacts, key=lambda a: -len(a.name)):
        name = f" {' '.join(normal(artifact.name))} "
        if (at := said.find(name)) >= 0:
            found.append((at, artifact))
            said = said.replace(name, f" {'_' * (len(name) - 2)} ")
    return [artifact for _, artifact in sorted(found, key=lambda pair: pair[0])]


def lively(scene: Scene) -> Sequence[Artifact]:
    """What the dialogue is about, oldest first: more than one where several came of the same; nothing if it is not
    about any."""
    if not scene.artifacts:
        return ()
    recent = scene.turns[-REMEMBERED_TURNS:]
    newest = siblings(scene.artifacts)
    if _just_given(newest[-1], scene):
        return newest[-1:]
    if newest[-1].made_by not in ("", "user") and not any(_speaks_of(turn, newest) for turn in scene.turns):
        return newest
    for turn in reversed(recent):
        if isinstance(turn, AssistantSaid) and (played := [a for a in scene.artifacts if a.name in turn.played]):
            return newest if all(a in played for a in newest) else played[-1:]
        if meant := mentioned(turn.text, scene.artifacts):
            used = [a for a in meant if a.id and a.id == scene.used]
            return newest if all(a in newest for a in meant) and len(meant) > 1 else used or meant[-1:]
    return ()


def focus(scene: Scene) -> Sequence[Artifact]:
    """What "it" means: what the dialogue is about, else the newest."""
    return lively(scene) or siblings(scene.artifacts)


def siblings(artifacts: Sequence[Artifact]) -> Sequence[Artifact]:
    """The newest, and those before it that were made with it of the same things."""
    newest = artifacts[-1:]
    if not newest or not newest[0].parents:
        return newest
    first = len(artifacts) - 1
    while first and _made_together(artifacts[first - 1], newest[0]):
        first -= 1
    return artifacts[first:]


def pointed(ref: Reference, scene: Scene) -> Sequence[Artifact]:
    """What a reference without a name means; more than one where it is plural, or where it may mean several.

    Raises:
        TaskError: there is no such thing.
    """
    if ref.number:
        return _numbered(ref.number, scene)
    pool = _fitting(ref, scene)
    if not pool:
        raise TaskError(f"There is no {_called(ref, scene)} yet.")
    if "original" in ref:
        return [_origin(focus(scene)[-1], scene)]
    if "other" in ref:
        return others(pool, scene)
    if ref.count == ALL:
        return pool
    if ref.place or ref.count > 1:
        return _placed(ref, pool, scene)
    if "plural" in ref:
        group = focus(scene)
        return group if len(group) > 1 or ref.noun == "" else pool
    within = [a for a in focus(scene) if a in pool]
    return pool[-1:] if ref.noun and ref.noun in ("note", "memo") else within or pool[-1:]


def placed(ref: Reference, found: Sequence[Artifact]) -> Sequence[Artifact]:
    """Those of several of a name that a place in the row means; all where it means none."""
    if ref.count > 1:
        return found[: ref.count] if ref.place > 0 else found[-ref.count :]
    place = ref.place - 1 if ref.place > 0 else ref.place
    return [found[place]] if ref.place and -len(found) <= place < len(found) else found


def _just_given(artifact: Artifact, scene: Scene) -> bool:
    """Whether the user gave it since the last turn, so that whatever was spoken of before, it is meant."""
    given = artifact.provenance is not None and artifact.provenance.how == "given"
    return given and scene.there is not None and artifact.id > scene.there


def _speaks_of(turn: Turn, artifacts: Sequence[Artifact]) -> bool:
    played = turn.played if isinstance(turn, AssistantSaid) else ()
    return any(a.name in played for a in artifacts) or bool(mentioned(turn.text, artifacts))


def _made_together(one: Artifact, other: Artifact) -> bool:
    """Whether one job made both: of the same things, into the same folder."""
    return (one.made_by, one.parents, one.path.parent) == (other.made_by, other.parents, other.path.parent)


def _numbered(number: int, scene: Scene) -> Sequence[Artifact]:
    if scene.asking:
        candidates = scene.asked().artifacts
        if 1 <= number <= len(candidates):
            return [candidates[number - 1]]
    found = [a for a in scene.everything if a.id == number]
    if not found:
        raise TaskError(f"There is no number {number}.")
    if found[0] not in scene.artifacts:
        raise TaskError(f"Number {number} is not a {scene.noun}, it is the {found[0].name}.")
    return found


def _fitting(ref: Reference, scene: Scene) -> Sequence[Artifact]:
    """Those whose kind and maker are what was said."""
    pool = [a for a in scene.artifacts if not ref.kinds or a.kind in ref.kinds or scene.kind == "audio" == a.kind]
    if ref.noun in ("note", "notes", "memo", "memos"):
        pool = [a for a in pool if a.made_by == "record_note" or "note" in normal(a.name)]
    if "result" in ref or ref.noun in ("result", "results", "output"):
        pool = [a for a in pool if a.made_by not in ("", "user", "record_note", "record_sound")]
    if "given" in ref:
        pool = [a for a in pool if a.provenance is not None and a.provenance.how == "given"]
    return pool


def _placed(ref: Reference, pool: Sequence[Artifact], scene: Scene) -> Sequence[Artifact]:
    """By places in the row; of a plain number of things, those that the dialogue is about, or the latest.

    "The second", of several that the dialogue is about, is the second of them.
    """
    group = focus(scene)
    if not ref.place and ref.count == len(group):
        return group
    if len(group) == 1:
        group = _together(group[0], scene)
    if len(group) > 1 and not ref.noun and 0 < ref.place <= len(group) and ref.count == 1:
        return placed(ref, group)
    if max(ref.count, abs(ref.place)) > len(pool):
        if ref.place == -2 and ref.count == 1:
            return pool[-1:]
        raise TaskError(_too_few(len(pool), scene))
    return placed(ref, pool) if ref.place else pool[-ref.count :]


def _too_few(count: int, scene: Scene) -> str:
    return f"There is only one {scene.noun}." if count == 1 else f"There are only {count} {scene.noun}s."


def others(pool: Sequence[Artifact], scene: Scene) -> Sequence[Artifact]:
    """What is not spoken of: of those made together, where it or what it came from is one of several, else of all."""
    spoken_of = _worked_on(scene) or lively(scene)[-1:] or pool[-1:]
    together = [a for a in _together(spoken_of[0], scene) if a in pool] if spoken_of else []
    origins = {a.id for one in spoken_of for a in _line_of(one, scene)}
    rest = [a for a in (together if len(together) > 1 else pool) if a not in spoken_of and a.id not in origins]
    if not rest:
        raise TaskError(f"There is no other {scene.noun}.")
    return rest


def _worked_on(scene: Scene) -> Sequence[Artifact]:
    """What was worked on last, where nothing was made of it since."""
    used = [a for a in scene.artifacts if a.id and a.id == scene.used]
    return used if used and used[0].id not in scene.everything[-1].parents else ()


def _together(artifact: Artifact, scene: Scene) -> Sequence[Artifact]:
    """It, or the nearest that it came from, with what was made together with that; it alone where there is none."""
    for one in _line_of(artifact, scene):
        if len(group := [a for a in scene.artifacts if a.parents and _made_together(a, one)]) > 1:
            return group
    return [artifact]


def _line_of(artifact: Artifact, scene: Scene) -> Sequence[Artifact]:
    """It, and what it was made from, and what that was made from."""
    known = {a.id: a for a in scene.everything}
    line = [artifact]
    while artifact.parents and artifact.parents[0] in known and known[artifact.parents[0]].id < artifact.id:
        artifact = known[artifact.parents[0]]
        line.append(artifact)
    return line


def _origin(artifact: Artifact, scene: Scene) -> Artifact:
    """What an artifact was made from in the first place."""
    return _line_of(artifact, scene)[-1]


def _called(ref: Reference, scene: Scene) -> str:
    """The noun that was said, or what is looked for."""
    return ref.noun.removesuffix("s") if KINDS.get(ref.noun) else scene.noun


def is_pointing(name: str) -> bool:
    """Whether a name is made of pointing words only, so that it cannot be told from pointing: "last recording"."""
    return not reference(name).words and not any(word.isdigit() for word in normal(name))
