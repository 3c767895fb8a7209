"""E-mail addresses, web addresses, handles and hashtags. A web address is said briefly: its host, and a short path.

jane.doe@example.com                    jane dot doe at example dot com
https://www.example.com/docs            example dot com slash docs
https://example.com/a/b?c=d#e           example dot com
"""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.figures import address
from tts.normalize.files import file_name, is_file
from tts.normalize.numbers import code
from tts.normalize.tables import listed, words_of
from tts.normalize.words import spoken

LONGEST_SEGMENT = 20
"""Characters of a path that is still said."""
_EMAIL = re.compile(r"(?:mailto:)?([\w.+%-]+)@([\w-]+(?:\.[\w-]+)+)")
_URL = re.compile(
    r"(?:([a-z][a-z0-9+.-]{1,12})://)?(?:[^@/\s]*@)?([A-Za-z0-9][\w.-]*)(?::(\d{1,5}))?((?:[/?#].*)?)", re.DOTALL
)
_SEGMENT = re.compile(r"[A-Za-z][\w.-]*")
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_HANDLE = re.compile(r"([@#])([A-Za-z_]\w*)")
_TLDS = {
    **{
        name: name
        for name in listed("com net org app dev info biz gov mil me to co ly shop blog cloud page site online")
    },
    **{
        name: " ".join(name.upper()) for name in listed("io ai edu uk us eu de fr tv fm gg nl ca jp cn in ch it es xyz")
    },
}
"""Ends of hosts, and how they are said."""
_BARE = words_of("com net org app dev info io ai edu gov co tv fm gg uk de eu fr")
"""Ends by which a host is known without "https://"."""


def email(clause: Clause, index: int) -> Said | None:
    body = clause.body(index)
    if "@" not in body:
        return None
    match = _EMAIL.fullmatch(body)
    return said(f"{_local(match[1])} at {_host(match[2])}") if match else None


def _local(text: str) -> str:
    """The part before the @."""
    signs = {".": "dot", "_": "underscore", "-": "dash", "+": "plus", "%": "percent"}
    parts = re.findall(r"[A-Za-zÀ-ž]+|\d+|.", text)
    return " ".join(signs.get(p) or (code(p) if p.isdigit() else spoken(p)) for p in parts)


def _host(host: str) -> str:
    """A host, its parts joined by "dot"."""
    if _IP.fullmatch(host):
        return address(host)
    *labels, end = host.strip(".").split(".")
    return " dot ".join([*(_label(label) for label in labels), _TLDS.get(end.lower()) or spoken(end)])


def _label(label: str) -> str:
    return " dash ".join(spoken(part) for part in label.split("-") if part) or "dash"


def web(clause: Clause, index: int) -> Said | None:
    """A web address, with "https://" or by what it looks like."""
    body = clause.body(index)
    if "." not in body and "://" not in body and not body.startswith("localhost:"):
        return None
    match = _URL.fullmatch(body.strip("<>"))
    if not match:
        return None
    scheme, host, port, rest = match.groups()
    if scheme == "file":
        return said(file_name(rest.rpartition("/")[2]))
    if not (scheme or _is_host(host, port)):
        return None
    said_port = f" port {code(port)}" if port else ""
    return said(_host(host.removeprefix("www.")) + said_port + _path(rest))


def _is_host(host: str, port: str | None) -> bool:
    name, dot, end = host.rpartition(".")
    if host.startswith("www.") or (port and (host == "localhost" or _IP.fullmatch(host))):
        return True
    return bool(dot and name and end in _BARE and name[-1] != "." and not is_file(host))


def _path(rest: str) -> str:
    """A path of one short part is said, anything longer is not."""
    path = rest.strip("/")
    if not path or len(path) > LONGEST_SEGMENT or not _SEGMENT.fullmatch(path):
        return ""
    return f" slash {file_name(path) if is_file(path) else spoken(path)}"


def handle(clause: Clause, index: int) -> Said | None:
    """@somebody, #SomeTopic."""
    match = _HANDLE.fullmatch(clause.body(index))
    return said(f"{'at' if match[1] == '@' else 'hashtag'} {spoken(match[2])}".strip()) if match else None
