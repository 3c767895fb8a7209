"""Sums in words, worked out: "twelve times eighty", "15 % of 80", "the square root of two", "a 20 percent tip on 45".

    words ── numbers in digits ── rules: words to signs ── what is no part of a sum is dropped ── a tree of signs

Only signs, numbers and a few functions are left when it is worked out, so nothing that was said is ever run.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping

from assistant.errors import TaskError
from router.numerals import Tokens, figured, ordinal, plain

LONGEST = 400
"""Characters of a sum."""
MOST_BITS = 4000
"""Of a power; and no factorial above this many."""
HIGHEST_FACTORIAL = 170

UNCLEAR = "I could not make a sum of that; say it like twelve times eighty, or fifteen percent of sixty."
BY_ZERO = "Nothing can be divided by zero."
TOO_LARGE = "That number is too large for me."
NO_LOGARITHM = "Only what is above zero has a logarithm."
NO_ROOT = "A negative number has no such root."

_N = r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
_RULES: tuple[tuple[str, str], ...] = (
    (r"(?<=\d) %|\bper cent\b", " percent"),
    (r"\b(?:dollars?|euros?|bucks?|pounds?)\b|[$€£]", ""),
    (rf"(?:(?:what|which) (?:percent|percentage) of|how many percent of) {_N} (?:is|are) {_N}", r"( \2 / \1 * 100 )"),
    (rf"{_N} (?:is|are) (?:what|how many) (?:percent|percentage) of {_N}", r"( \1 / \2 * 100 )"),
    (rf"tip of {_N} percent (?:on|for|of) {_N}|{_N} percent tip (?:on|for|of) {_N}", r"( \1\3 / 100 * \2\4 )"),
    (rf"{_N} percent (?:off|discount on|less than) (?:of )?{_N}", r"( \2 * ( 1 - \1 / 100 ) )"),
    (rf"{_N} percent more than {_N}", r"( \2 * ( 1 + \1 / 100 ) )"),
    (rf"{_N} (?:plus|\+) {_N} percent(?! of)", r"( \1 * ( 1 + \2 / 100 ) )"),
    (rf"{_N} (?:minus|less|-) {_N} percent(?! of)", r"( \1 * ( 1 - \2 / 100 ) )"),
    (rf"{_N} -(\d+(?:\.\d+)?) percent(?! of)", r"( \1 * ( 1 - \2 / 100 ) )"),
    (r"percent of(?: the| a)?", "/ 100 *"),
    (r"\bpercent\b", "/ 100"),
    (rf"(?:cube|cubic|third) root(?: of)? {_N}", r"cbrt ( \1 )"),
    (rf"(?:square root|root|sqrt)(?: of| out of)? \(? ?{_N} ?\)?", r"sqrt ( \1 )"),
    (r"(?:square root|sqrt)(?: of)?(?= \()", "sqrt"),
    (rf"\blog(?:arithm)?(?: ?10)?(?: of)? \(? ?{_N} ?\)?", r"log10 ( \1 )"),
    (rf"\b(?:ln|natural log(?:arithm)?)(?: of)? \(? ?{_N} ?\)?", r"ln ( \1 )"),
    (rf"factorial of {_N}|{_N} (?:factorial|!)", r"factorial ( \1\2 )"),
    (rf"\badd {_N} to {_N}", r"\1 + \2"),
    (rf"\b(?:difference (?:between|of)) {_N} and {_N}", r"( \1 - \2 )"),
    (rf"\bmultiply {_N} (?:and|by|with) {_N}", r"\1 * \2"),
    (rf"\b(?:subtract|take away|take|deduct) {_N} (?:from|away from) {_N}|^{_N} from {_N}", r"( \2\4 - \1\3 )"),
    (rf"\b(?:quotient of|divide|split) {_N} (?:and|by|among|between|into) {_N}", r"( \1 / \2 )"),
    (rf"(?:how many )?(?:times )?(?:does |do )?{_N} (?:goes|go|fits|fit) into {_N}", r"( \2 / \1 )"),
    (rf"remainder (?:of|when) {_N} (?:is )?(?:divided by|by|over) {_N}|{_N} (?:mod|modulo) {_N}", r"( \1\3 % \2\4 )"),
    (rf"(?:square of) {_N}|{_N} squared", r"\1\2 ** 2"),
    (rf"(?:cube of) {_N}|{_N} cubed", r"\1\2 ** 3"),
    (r"raised to the power(?: of)?|to the power(?: of)?|raised to|\^|\* \*", "**"),
    (rf"\b(?:twice|double) {_N}", r"2 * \1"),
    (rf"\b(?:triple|thrice) {_N}", r"3 * \1"),
    (rf"\bhalf {_N}", r"0.5 * \1"),
    (r"\b(?:multiplied by|multiplied with|times|x)\b|[×·]", "*"),
    (r"\b(?:divided by|divided into|over|out of)\b|[÷:]", "/"),
    (r"\b(?:plus|added to)\b", "+"),
    (r"\b(?:minus|less|take away|subtract)\b|[−–]", "-"),
    (rf"(?<=\d) of {_N}", r" * \1"),
    (r"(?<=\d) (?=sqrt|cbrt|log10|ln|factorial)", " * "),
)
_PATTERNS = tuple((re.compile(pattern), signs) for pattern, signs in _RULES)
_LIST = re.compile(
    rf"\b(?P<what>average|mean|sum|total|product|add|add up|multiply)(?: of)?(?P<numbers>(?:(?: ,| and|,)* {_N}){{2,}})"
)
_TOGETHER = re.compile(rf"{_N}(?:(?: ,| and| ,and)+ {_N})+ (?:together|altogether|come to|comes to|in all|makes?)")
_POWER = re.compile(r"\bto the (\w+)(?: power)?\b")
_BEYOND = re.compile(r"\b(?:sin|sine|cos|cosine|tan|tangent|integral|derivative|logarithm to|log base|choose)\b")
"""What is no part of these sums, and must not be passed over."""
_KEPT = re.compile(r"log10|\d+(?:\.\d+)?(?:e[+-]?\d+)?|\*\*|[-+*/%()]|sqrt|cbrt|ln|factorial")

_BINARY: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def evaluate(text: str) -> float:
    """What a sum comes to; whole numbers stay exact.

    Raises:
        TaskError: it is no sum, is divided by zero, or comes to too much.
    """
    written = signs(text)
    if not re.search(r"[-+*/%a-z]", written.lstrip("-")) and not re.search(r"\d/\d", text):
        raise TaskError(UNCLEAR)
    try:
        tree = ast.parse(written.strip(), mode="eval")
        value = _value(tree.body)
    except ZeroDivisionError as error:
        raise TaskError(BY_ZERO) from error
    except OverflowError as error:
        raise TaskError(TOO_LARGE) from error
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TaskError(UNCLEAR) from error
    if isinstance(value, float) and not math.isfinite(value):
        raise TaskError(TOO_LARGE)
    return value


def is_sum(text: str) -> bool:
    """Whether a text can be worked out."""
    try:
        evaluate(text)
    except TaskError as error:
        return str(error) in (BY_ZERO, TOO_LARGE, NO_ROOT, NO_LOGARITHM)
    return True


def signs(text: str) -> str:
    """A sum in words as Python writes it; words that are no part of one are dropped."""
    if len(text) > LONGEST:
        raise TaskError(UNCLEAR)
    said = _POWER.sub(_powered, figured(text.replace("'s ", " is ")))
    said = _TOGETHER.sub(lambda found: " + ".join(re.findall(_N, found.group())), _LIST.sub(_listed, said))
    if _BEYOND.search(said):
        raise TaskError(UNCLEAR)
    for pattern, replacement in _PATTERNS:
        said = " ".join(pattern.sub(replacement, said).split())
    return " ".join(_KEPT.findall(said))


def _powered(found: re.Match[str]) -> str:
    """ "to the third power"."""
    place = ordinal(Tokens(found[1]), 0)
    return f"** {plain(place[0])}" if place else found.group()


def _listed(found: re.Match[str]) -> str:
    """ "the average of 3, 4 and 5"."""
    numbers = re.findall(_N, found["numbers"])
    if found["what"] in ("product", "multiply"):
        return f"( {' * '.join(numbers)} )"
    share = f" / {len(numbers)}" if found["what"] in ("average", "mean") else ""
    return f"( ( {' + '.join(numbers)} ){share} )"


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return int(number) if float(number).is_integer() and abs(number) < 1e15 else number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left), _value(right))
        case ast.BinOp(left=left, op=op, right=right):
            return _whole(_BINARY[type(op)](_value(left), _value(right)))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _function(name, _value(argument))
        case _:
            raise TaskError(UNCLEAR)


def _whole(value: float) -> float:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _power(base: float, exponent: float) -> float:
    if abs(base) > 1 and abs(exponent) * math.log2(abs(base)) > MOST_BITS:
        raise TaskError(TOO_LARGE)
    if base < 0 and not float(exponent).is_integer():
        raise TaskError(NO_ROOT)
    return _whole(base**exponent)


def _function(name: str, value: float) -> float:
    match name:
        case "factorial" if 0 <= value <= HIGHEST_FACTORIAL and float(value).is_integer():
            return math.factorial(int(value))
        case "factorial":
            raise TaskError(TOO_LARGE if value > HIGHEST_FACTORIAL else UNCLEAR)
        case "sqrt" if value < 0:
            raise TaskError(NO_ROOT)
        case "log10" | "ln" if value <= 0:
            raise TaskError(NO_LOGARITHM)
        case "log10" | "ln":
            return _whole(math.log10(value) if name == "log10" else math.log(value))
        case "sqrt":
            return _whole(math.sqrt(value))
        case _:
            return _whole(round(math.cbrt(value), 12))


def spoken_number(value: float, decimals: int | None = None) -> str:
    """A number as it is said: "960", "1,234.57", "about 1.4142"; `decimals`: how many at most, by its size if None."""
    size = abs(value)
    if size >= 1e15 or (0 < size < 1e-6):
        exponent = int(math.floor(math.log10(size)))
        lead = value / 10**exponent if exponent > -300 else 0.0
        return f"about {lead:.2f} times 10 to the power of {exponent}"
    if decimals is None:
        decimals = 4 if 0.001 <= size < 10 else 2 if size >= 10 else 2 - math.floor(math.log10(size or 1.0))
    rounded = round(value, decimals)
    exact = math.isclose(rounded, value, rel_tol=1e-9, abs_tol=1e-12)
    digits = f"{rounded:,.{decimals}f}"
    shown = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return shown if exact else f"about {shown}"
