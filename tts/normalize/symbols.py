"""Signs that are said, alone or within a word."""

from tts.normalize.clause import Clause, Said, said
from tts.normalize.tables import pairs

SIGNS = pairs(
    "& and | @ at | % percent | ‰ per mille | = equals | + plus | − minus | × times | ÷ divided by | "
    "± plus or minus | ≈ is about | ≠ is not | → to | ≤ is at most | ≥ is at least | < is less than | "
    "> is more than | ∞ infinity | √ square root of | ° degrees | © copyright | № number | § section | ¶ paragraph | "
    "$ dollars | € euros | £ pounds | ¥ yen | ¢ cents | ^ to the power of | / slash | ♯ sharp | ♭ flat"
)
BEFORE_NUMBER = pairs(
    "< less than | > more than | ≤ at most | ≥ at least | ~ about | ≈ about | "
    "# number | № number | @ at | © copyright | § section"
)
"""What a sign means in front of a number, where nothing stands before it that it could relate the number to."""
FRACTIONS = pairs(
    "½ a half | ⅓ a third | ⅔ two thirds | ¼ a quarter | ¾ three quarters | ⅕ a fifth | ⅖ two fifths | "
    "⅗ three fifths | ⅘ four fifths | ⅙ a sixth | ⅚ five sixths | ⅛ an eighth | ⅜ three eighths | ⅝ five eighths | "
    "⅞ seven eighths"
)
SUPERSCRIPTS = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))
GREEK_NAMES = pairs(
    "α alpha | β beta | γ gamma | δ delta | ε epsilon | ζ zeta | η eta | θ theta | ι iota | κ kappa | λ lambda | "
    "μ mu | ν nu | ξ xi | ο omicron | π pi | ρ rho | σ sigma | τ tau | υ upsilon | φ phi | χ chi | ψ psi | ω omega | "
    "ς sigma"
)
GREEK_NAMES |= {letter.upper(): name for letter, name in GREEK_NAMES.items()}

_RELATIONS = frozenset("<>−*/-~#^$€£¥¢")
"""Signs that mean something alone only beside a number or a variable."""


def lone_sign(clause: Clause, index: int) -> Said | None:
    """A piece without letters and digits: a sign that is said, a dash that is a pause, or nothing."""
    text = clause.body(index) or clause.pieces[index].text
    if any(c.isalnum() for c in text):
        return None
    if text in ("-", "*", "/", "<", ">", "~", "#"):
        return said(_related(clause, index, text))
    if text in _RELATIONS:
        return said("")
    return said(SIGNS.get(text, ""))


def _related(clause: Clause, index: int, sign: str) -> str:
    """A sign between two things."""
    before, after = clause.body(index - 1), clause.body(index + 1)
    if sign in "~#" or not index:
        return BEFORE_NUMBER[sign] if sign in BEFORE_NUMBER and after[:1].isdigit() else ""
    if not (_is_operand(before) and _is_operand(after)):
        return "—" if sign == "-" else ""
    return {"-": "minus", "*": "times", "/": "divided by"}.get(sign) or SIGNS[sign]


def _is_operand(body: str) -> bool:
    """A number or a variable, as it stands in a formula."""
    return any(c.isdigit() for c in body) or len(body) == 1
