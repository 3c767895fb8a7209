"""What a service needs of the machine where nobody is logged in, and what is in its way.

    boot ─▶ systemd ─▶ linger: the user's own systemd ─┬▶ the sound server ─▶ group audio ─▶ the sound card
                                                       └▶ Earshot

Somebody who sits at the machine is given the sound card by the login itself. A service without a login is not, and
neither is its sound server: both come to it by the group "audio".
"""

import grp
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.findings import Finding, Verdict

AUDIO = "audio"
"""The group that owns the sound card on every common distribution."""
SOCKETS = {"PipeWire": "pipewire-0", "PulseAudio": "pulse/native"}
"""The sound servers, and where they listen below the runtime folder."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The facts."""

    user: str
    systemd: bool = True
    """Whether the machine was started by it."""
    linger: bool = True
    """Whether the user's services run without a login."""
    runtime: str = ""
    """The user's folder of sockets, which is there while the user's systemd runs; empty if it is not."""
    server: str = ""
    """The sound server that listens; empty for none."""
    card: bool = True
    """Whether there is a sound card."""
    audio_group: bool = True
    """Whether there is such a group."""
    member: bool = True
    """Whether the user is in it, or is root."""
    effective: bool = True
    """Whether this process is in it, or is root: it got its groups when the user's first process began."""


def look(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> Surroundings:
    """The facts of this machine; `root` is where its files begin."""
    uid = os.getuid()
    user = _user_name(uid)
    runtime = Path(environment.get("XDG_RUNTIME_DIR") or root / f"run/user/{uid}")
    audio = _audio_group()
    return Surroundings(
        user=user,
        systemd=(root / "run/systemd/system").is_dir(),
        linger=(root / "var/lib/systemd/linger" / user).exists(),
        runtime=str(runtime) if runtime.is_dir() else "",
        server=_server(runtime, environment),
        card=any((root / "dev/snd").glob("pcm*")),
        audio_group=audio is not None,
        member=uid == 0 or audio in os.getgrouplist(user, os.getgid()),
        effective=uid == 0 or audio in os.getgroups(),
    )


def findings(here: Surroundings) -> list[Finding]:
    """All there is to say of a service on this machine, in the order in which it needs things."""
    return [_systemd(here), _linger(here), _runtime(here), _server_found(here), _card(here), _group(here)]


def why_silent(here: Surroundings) -> list[str]:
    """What may be the reason that a service on this machine finds no device, a sentence or two each."""
    checks = (_server_found(here), _card(here), _group(here))
    return [finding.advice for finding in checks if finding.verdict is not Verdict.OK]


def _systemd(here: Surroundings) -> Finding:
    if here.systemd:
        return Finding("systemd", Verdict.OK, "runs this machine")
    advice = (
        "Let what starts services here run `assistant serve`, as a user who may use the sound card. It speaks "
        "systemd's protocol to any supervisor that sets NOTIFY_SOCKET, and ends on SIGTERM."
    )
    return Finding("systemd", Verdict.PROBLEM, "does not run this machine", advice)


def _linger(here: Surroundings) -> Finding:
    if here.linger:
        return Finding("linger", Verdict.OK, f"on: the services of {here.user} run without a login")
    advice = (
        f"The service would start when {here.user} logs in and end with the login, and the sound server with it. Run: "
        f"sudo loginctl enable-linger {here.user}"
    )
    return Finding("linger", Verdict.PROBLEM, "off", advice)


def _runtime(here: Surroundings) -> Finding:
    if here.runtime:
        return Finding("runtime folder", Verdict.OK, here.runtime)
    advice = (
        "XDG_RUNTIME_DIR leads nowhere, so neither the user's systemd nor a sound server can be reached. Turn linger "
        f"on, and log in as {here.user} itself, not by su or sudo."
    )
    return Finding("runtime folder", Verdict.PROBLEM, "none", advice)


def _server_found(here: Surroundings) -> Finding:
    if here.server:
        return Finding("sound server", Verdict.OK, here.server)
    where = " or ".join(f"{here.runtime or 'XDG_RUNTIME_DIR'}/{name}" for name in SOCKETS.values())
    advice = (
        f"No sound server listens at {where}, so the sound card is used directly, which only one program can do at a "
        f"time. Where PipeWire or PulseAudio is installed, linger must be on for it to run without {here.user}'s login."
    )
    return Finding("sound server", Verdict.WARNING, "none", advice)


def _card(here: Surroundings) -> Finding:
    if here.card:
        return Finding("sound card", Verdict.OK, "there is one")
    verdict = Verdict.WARNING if here.server else Verdict.PROBLEM
    advice = "There is none in /dev/snd: connect one. The service waits for it; it need not be started again."
    return Finding("sound card", verdict, "none", advice)


def _group(here: Surroundings) -> Finding:
    name = "group audio"
    if not here.audio_group:
        return Finding(name, Verdict.OK, "there is no such group here")
    if not here.member:
        advice = (
            f"{here.user} is not in the group audio, and so is given the sound card only while logged in at the "
            f"machine itself. Run: sudo usermod --append --groups audio {here.user}, and start the machine again."
        )
        return Finding(name, Verdict.PROBLEM, f"{here.user} is not in it", advice)
    if not here.effective:
        advice = f"{here.user} was put into the group audio; it holds when the machine has been started again."
        return Finding(name, Verdict.WARNING, "not in force yet", advice)
    return Finding(name, Verdict.OK, f"{here.user} may use the sound card")


def _server(runtime: Path, environment: Mapping[str, str]) -> str:
    elsewhere = environment.get("PULSE_SERVER", "")
    path = elsewhere.removeprefix("unix:")
    gone = path.startswith("/") and not Path(path).exists()
    found = (name for name, socket in SOCKETS.items() if (runtime / socket).exists())
    return next(found, f"PulseAudio at {elsewhere}" if elsewhere and not gone else "")


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _audio_group() -> int | None:
    try:
        return grp.getgrnam(AUDIO).gr_gid
    except KeyError:
        return None
