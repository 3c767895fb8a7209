"""Weather, water and fire, and the words for them."""

from models.sound.generation import fire, impacts, water, weather
from models.sound.generation.source import Source

WEATHER = (
    Source(
        "rain",
        "rain",
        r"rain(?:s|ing|fall|drops?|storm)?|downpour|shower of rain|rainy|cloudburst|pouring",
        weather.rain,
    ),
    Source("drizzle", "drizzle", r"drizzl(?:e|es|ing)", weather.drizzle),
    Source("hail", "hail", r"hail(?:ing|stones?|storm)?|sleet", weather.hail),
    Source(
        "wind",
        "wind",
        (r"winds?|windy|breez(?:e|es|y)|gusts?|gale|hurricane|blizzard|storm|tornado|draught|" r"draft"),
        weather.wind,
    ),
    Source(
        "thunder",
        "thunder",
        r"thunder(?:s|ing|ous|claps?)?|lightning|claps? of thunder",
        one=weather.thunder,
        gap_s=(1.0, 5.0),
        noun="thunderclap",
    ),
    Source(
        "avalanche",
        "an avalanche",
        r"avalanches?|landslides?|rockslides?|earthquakes?|rumbl(?:e|es|ing)",
        weather.avalanche,
    ),
    Source(
        "drip",
        "dripping water",
        (
            r"(?:water )?drops?(?: of water)?|drip(?:s|ping)?(?: of water| water)?|leak(?:s|ing|y)?|"
            r"water dripping|dripping (?:tap|faucet)"
        ),
        one=weather.drip,
        gap_s=(0.25, 0.9),
        noun="drop",
    ),
)

WATER = (
    Source(
        "surf",
        "sea waves",
        (r"(?:ocean|sea) ?(?:waves?|surf|shore|side|noise)?|waves?|surf|beach|shore|tides?|coast|" r"seaside|shingle"),
        water.surf,
    ),
    Source("waterfall", "a waterfall", r"waterfalls?|cascades?|rapids|rushing water", water.waterfall),
    Source(
        "brook",
        "a brook",
        (
            r"brooks?|streams?|creeks?|rivers?|rivulets?|fountains?|babbling|flowing water|"
            r"water flowing|running water|water"
        ),
        water.brook,
    ),
    Source("bubbles", "bubbles", r"bubbl(?:e|es|ing)|gurgl(?:e|es|ing)|fizz(?:ing)?|aquarium", water.bubbles),
    Source(
        "boiling", "boiling water", r"boil(?:s|ing)?(?: water)?|kettles?|water boiling|simmer(?:ing)?", water.boiling
    ),
    Source(
        "tap",
        "a running tap",
        (
            r"taps? running|running tap|taps?|faucets?|showers?|bath(?:tub)?|sink|pouring water|"
            r"water pouring|toilet(?: flush\w*)?"
        ),
        water.running,
    ),
    Source(
        "splash",
        "splashes",
        r"splash(?:es|ing)?|plunge|dive|diving",
        one=water.splash,
        gap_s=(0.6, 2.5),
        noun="splash",
        single=True,
    ),
    Source("underwater", "an underwater ambience", r"submarines?|deep sea|diver", water.underwater),
)

FIRE = (
    Source(
        "fire",
        "a crackling fire",
        (
            r"(?:camp|bon|wood|log|coal )?fires?|fireplaces?|flames?|hearth|crackl(?:e|es|ing)|"
            r"burning(?: wood| logs)?|embers"
        ),
        fire.fire,
    ),
    Source("frying", "frying", r"fry(?:ing)?(?: pan)?|sizzl(?:e|es|ing)|bacon|cooking", impacts.frying),
)
