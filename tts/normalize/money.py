"""Money: $45.20, $3.5 million, €5, 5 €, £10-20, 20 USD, $100/month, 50¢."""

import re
from dataclasses import dataclass

from tts.normalize.clause import Clause, Said, said
from tts.normalize.numbers import NUMBER, amount, is_one, number
from tts.normalize.unit_names import PER
from tts.normalize.units import SCALE_SIGNS, SCALE_WORDS


@dataclass(frozen=True, slots=True)
class Currency:
    """What its units are called."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


_DOLLAR = Currency("dollar", "dollars", "cent", "cents")
_EURO = Currency("euro", "euros", "cent", "cents")
_POUND = Currency("pound", "pounds", "penny", "pence")
_YEN = Currency("yen", "yen")
CURRENCIES = {
    **{"$": _DOLLAR, "€": _EURO, "£": _POUND, "¥": _YEN, "₹": Currency("rupee", "rupees", "paisa", "paise")},
    **{"₩": Currency("won", "won"), "₽": Currency("ruble", "rubles"), "₺": Currency("lira", "lira")},
    **{"₪": Currency("shekel", "shekels"), "₫": Currency("dong", "dong"), "₱": Currency("peso", "pesos")},
    **{"฿": Currency("baht", "baht"), "₿": Currency("bitcoin", "bitcoins"), "¢": Currency("cent", "cents")},
}
CODES = {
    **{
        "USD": _DOLLAR,
        "EUR": _EURO,
        "GBP": _POUND,
        "JPY": _YEN,
        "CAD": Currency("Canadian dollar", "Canadian dollars"),
    },
    **{"AUD": Currency("Australian dollar", "Australian dollars"), "CHF": Currency("Swiss franc", "Swiss francs")},
    **{"CNY": Currency("yuan", "yuan"), "INR": CURRENCIES["₹"], "KRW": CURRENCIES["₩"]},
}
_SIGN = "[" + "".join(CURRENCIES) + "]"
_BEFORE = re.compile(
    rf"(?P<sense>[-+−])?(?:US|C|A)?(?P<sign>{_SIGN})(?P<minus>[-−])?(?P<number>{NUMBER}(?:[-–](?:{_SIGN})?{NUMBER})?)"
    r"(?P<scale>k|K|M|m|bn|B|b|T|tn)?(?P<plus>\+)?(?:/(?P<per>[A-Za-z]+))?"
)
_BEHIND = re.compile(rf"(?P<number>[-−]?{NUMBER}(?:[-–]{NUMBER})?)(?P<sign>{_SIGN})(?:/(?P<per>[A-Za-z]+))?")
_PLAIN = re.compile(rf"[-−]?{NUMBER}")
_SIGNS = re.compile(_SIGN)
_CENTS = re.compile(r"([\d,]*)\.(\d\d)")


def money(clause: Clause, index: int) -> Said | None:
    """An amount with its currency at it, and perhaps "million" behind it; or with the currency behind it."""
    body = clause.body(index)
    if match := _BEFORE.fullmatch(body):
        return _before(clause, index, match)
    if match := _BEHIND.fullmatch(body):
        return said(_priced(match["number"], CURRENCIES[match["sign"]]) + _per(match["per"]))
    following = clause.following(index)
    currency = CURRENCIES.get(following) or CODES.get(following)
    if currency and _PLAIN.fullmatch(body):
        words = _priced(body, currency)
        return said(*_split(words))
    return None


def code_first(clause: Clause, index: int) -> Said | None:
    """EUR 50."""
    currency, following = CODES.get(clause.body(index)), clause.following(index)
    return said("", _priced(following, currency)) if currency and _PLAIN.fullmatch(following) else None


def _split(words: str) -> tuple[str, str]:
    """Words over two pieces; the last word is the second's."""
    head, _, last = words.rpartition(" ")
    return head, last


def _before(clause: Clause, index: int, match: re.Match[str]) -> Said:
    currency = CURRENCIES[match["sign"]]
    minus = {"-": "minus ", "−": "minus ", "+": "plus "}.get(match["sense"] or match["minus"] or "", "")
    figures = _SIGNS.sub("", match["number"])
    plus, per = " plus" if match["plus"] else "", _per(match["per"])
    if match["scale"]:
        return said(f"{minus}{amount(figures)} {SCALE_SIGNS[match['scale'].lower()]}{plus} {currency.many}{per}")
    scale = clause.following(index)
    if scale in SCALE_WORDS:
        return said(f"{minus}{amount(figures)}{plus}", f"{scale} {currency.many}")
    if plus:
        return said(f"{minus}{amount(figures)} plus {currency.many}{per}")
    return said(minus + _priced(figures, currency) + per)


def _per(unit: str | None) -> str:
    return f" per {PER.get(unit, unit)}" if unit else ""


def _priced(figures: str, currency: Currency) -> str:
    """An amount in its currency; two decimals are the smaller unit."""
    match = _CENTS.fullmatch(figures)
    if not match or not currency.cent:
        return f"{amount(figures)} {currency.one if is_one(figures) else currency.many}"
    whole, cents = match[1] or "0", int(match[2])
    small = f"{number(str(cents))} {currency.cent if cents == 1 else currency.cents}"
    large = f"{number(whole)} {currency.one if whole == '1' else currency.many}"
    if not cents:
        return large
    return small if whole == "0" else f"{large} and {small}"
