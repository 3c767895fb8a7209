"""The names of units, by their signs."""

from tts.normalize.tables import pairs, words_of

_PREFIXES = {"k": "kilo", "M": "mega", "G": "giga", "T": "tera", "m": "milli", "μ": "micro", "n": "nano"}
_BYTES = {"k": "kilo", "K": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta"}


def _prefixed(sign: str, name: str, prefixes: str) -> dict[str, str]:
    return {f"{p}{sign}": f"{_PREFIXES[p]}{name}" for p in prefixes}


def _powers(signs: str) -> dict[str, str]:
    """Square and cubic lengths."""
    lengths = {s: LENGTHS[s] for s in signs.split()}
    square = {f"{s}²": f"square {name}" for s, name in lengths.items()}
    return square | {f"{s}³": f"cubic {name}" for s, name in lengths.items()}


LENGTHS = _prefixed("m", "meter", "kmμn") | pairs(
    "m meter | cm centimeter | dm decimeter | um micrometer | mi mile | ft foot | yd yard | in inch | ″ inch"
)
TIMES = _prefixed("s", "second", "mμn") | pairs(
    "s second | sec second | secs second | min minute | mins minute | h hour | hr hour | hrs hour | yr year | "
    "yrs year | mo month | wk week | us microsecond"
)
DATA = {
    **{f"{p}B": f"{name}byte" for p, name in _BYTES.items()},
    **{f"{p}iB": f"{name[:2]}bibyte" for p, name in _BYTES.items() if p != "k"},
    **{f"{p}b": f"{name}bit" for p, name in _BYTES.items() if p != "K"},
    **{f"{p}bit": f"{name}bit" for p, name in _BYTES.items() if p != "K"},
    **{f"{p}bps": f"{name}bit per second" for p, name in _BYTES.items() if p != "P"},
    **pairs("bps bit per second | bit bit"),
}
PHYSICS = {
    **_prefixed("Hz", "hertz", "kMGTm"),
    **_prefixed("W", "watt", "kMGm"),
    **_prefixed("V", "volt", "kmμ"),
    **_prefixed("A", "ampere", "mμ"),
    **_prefixed("J", "joule", "kM"),
    **_prefixed("Pa", "pascal", "kM"),
    **_prefixed("F", "farad", "μn"),
    **pairs("Hz hertz | W watt | V volt | A ampere | J joule | Pa pascal | N newton | K kelvin"),
    **pairs("hPa hectopascal | bar bar | dB decibel | dBFS decibel full scale | kWh kilowatt hour | Wh watt hour"),
    **pairs("mAh milliampere hour | Ah ampere hour | eV electron volt | kcal kilocalorie | cal calorie | lm lumen"),
    **pairs("°C degree Celsius | °F degree Fahrenheit | C degree Celsius | F degree Fahrenheit | ° degree | mol mole"),
    **pairs("rpm revolution per minute | Ω ohm | kΩ kilohm | MΩ megohm"),
}
MASSES = pairs(
    "g gram | kg kilogram | mg milligram | μg microgram | mcg microgram | t ton | lb pound | lbs pound | oz ounce | "
    "l liter | L liter | ml milliliter | mL milliliter | cl centiliter | dl deciliter | gal gallon | qt quart | "
    "tbsp tablespoon | tsp teaspoon"
)
OTHERS = _powers("m km cm mm ft mi in") | pairs(
    "% percent | ‰ per mille | mph mile per hour | kph kilometer per hour | kmh kilometer per hour | "
    "fps frame per second | px pixel | pt point | dpi dot per inch | ppm part per million | MP megapixel | "
    "ha hectare | x time | × time | sq square"
)
UNITS = {**LENGTHS, **TIMES, **DATA, **PHYSICS, **MASSES, **OTHERS}
"""Sign → name in the singular."""

ATTACHED_ONLY = words_of("A N T t b us x × in sq pt mo cal Mb Gb Tb")
"""Signs that are a unit only directly behind the number; on their own they are something else."""
SEPARATE_ONLY = frozenset({"K"})
"""Signs that directly behind a number mean something else: 4K."""
DOTTED_ONLY = frozenset({"in", "sq", "mo"})
"""Signs that stand behind a number on their own only with the full stop of an abbreviation."""
ALONE = words_of(
    "km/h m/s m/s² MB/s GB/s kB/s KB/s Mbps Gbps kbps MB GB TB KB kB GiB MiB °C °F kWh cm mm kg km² m² mph rpm dBFS mAh"
)
"""Signs that are said as units without any number before them."""
PER = pairs(
    "mo month | yr year | hr hour | h hour | min minute | s second | sec second | d day | wk week | kg kilogram | "
    "lb pound | oz ounce | km kilometer | mi mile | l liter | L liter | gal gallon | GB gigabyte | MB megabyte | "
    "kWh kilowatt hour | m meter | m² square meter | m³ cubic meter | cm centimeter | cm² square centimeter | "
    "ml milliliter | s² second squared | in inch | ft foot | mL milliliter | dl deciliter"
)

_PLURALS = {"foot": "feet", "inch": "inches", "percent": "percent", "hertz": "hertz", "kelvin": "kelvin"}
_UNCHANGED = ("hertz", "per mille", "full scale")


def plural(name: str) -> str:
    """A unit in the plural: "kilometers per hour", "degrees Celsius", "feet"."""
    if name in _PLURALS or name.endswith(_UNCHANGED):
        return _PLURALS.get(name, "decibels full scale" if name.endswith("scale") else name)
    head, per, rest = name.partition(" per ")
    noun, gap, quality = head.partition(" ") if head.startswith("degree ") else (head, "", "")
    front, space, last = noun.rpartition(" ")
    return f"{front}{space}{_PLURALS.get(last, last + 's')}{gap}{quality}{per}{rest}"
