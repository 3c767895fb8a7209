"""Animals, and the words for them."""

from models.sound.generation import animals, birds, insects
from models.sound.generation.grain import Style
from models.sound.generation.source import Source
from models.sound.generation.streams import paced

ANIMALS = (
    Source(
        "dog",
        "a dog barking",
        r"dogs?|pupp(?:y|ies)|hounds?|bark(?:s|ing)?|woofs?|woofing",
        one=animals.dog,
        counted=animals.bark,
        gap_s=(0.25, 1.2),
        noun="dog bark",
    ),
    Source(
        "wolf",
        "a wolf howling",
        r"wol(?:f|ves)|howl(?:s|ing)? wol(?:f|ves)|coyotes?",
        one=animals.howl,
        gap_s=(0.8, 2.5),
        noun="wolf howl",
    ),
    Source(
        "cat",
        "a cat meowing",
        r"cats?|kittens?|kitt(?:y|ies)|meow(?:s|ing)?|miaow(?:s|ing)?|mew(?:s|ing)?",
        one=animals.cat,
        gap_s=(0.5, 1.6),
        noun="meow",
    ),
    Source("purr", "a cat purring", r"purr(?:s|ing)?", animals.purr),
    Source(
        "cow",
        "a cow mooing",
        r"cows?|cattle|moo(?:s|ing)?|calf|calves|bulls?",
        one=animals.cow,
        gap_s=(0.8, 2.5),
        noun="moo",
    ),
    Source(
        "sheep",
        "sheep",
        r"sheep|lambs?|goats?|bleat(?:s|ing)?|baa(?:s|ing)?",
        one=animals.sheep,
        gap_s=(0.4, 1.8),
        noun="bleat",
    ),
    Source(
        "pig",
        "a pig grunting",
        r"pigs?|grunt(?:s|ing)?|oink(?:s|ing)?|boars?",
        one=animals.pig,
        counted=animals.grunt,
        gap_s=(0.3, 1.2),
        noun="grunt",
    ),
    Source(
        "neigh",
        "a horse neighing",
        r"neigh(?:s|ing)?|whinn(?:y|ies|ying)",
        one=animals.horse,
        gap_s=(0.8, 2.5),
        noun="neigh",
    ),
    Source(
        "gallop",
        "a horse galloping",
        r"horses?|gallop(?:s|ing)?|hoo(?:f|ves)(?:beats?)?|ponies|pony|clip ?clop",
        paced(animals.gallop, 0.46),
        noun="gallop",
    ),
    Source("trot", "a horse trotting", r"trot(?:s|ting)?|carriages?|carts?", paced(animals.trot, 0.56)),
    Source(
        "lion",
        "a roar",
        (r"lions?|tigers?|bears?|dragons?|monsters?|dinosaurs?|zombies?|beasts?|roar(?:s|ing)?|" r"growl(?:s|ing)?"),
        one=animals.roar,
        gap_s=(0.8, 2.5),
        noun="roar",
    ),
    Source(
        "duck",
        "ducks",
        r"ducks?|quack(?:s|ing)?|gee?se|goose",
        one=animals.duck,
        counted=animals.quack,
        gap_s=(0.5, 2.0),
        noun="quack",
    ),
    Source("donkey", "a donkey", r"donkeys?|mules?|bray(?:s|ing)?", one=animals.donkey, gap_s=(0.8, 2.0), noun="bray"),
    Source(
        "hens",
        "hens",
        r"hens?|chickens?|cluck(?:s|ing)?|poultry",
        one=animals.hens,
        counted=animals.cluck,
        gap_s=(0.3, 1.5),
        noun="cluck",
    ),
    Source(
        "rooster",
        "a rooster crowing",
        r"roosters?|cockerels?|cocks?|cock a doodle doo|crow(?:s|ing) rooster|crowing",
        one=animals.rooster,
        gap_s=(1.0, 2.6),
        noun="rooster's crow",
    ),
)

BIRDS = (
    Source(
        "birds",
        "birds singing",
        (
            r"birds?(?:ong)?|birdsong|songbirds?|chirp(?:s|ing)?|tweet(?:s|ing)?|twitter(?:ing)?|"
            r"robins?|sparrows?|nightingales?|blackbirds?|dawn chorus|canar(?:y|ies)"
        ),
        birds.birds,
    ),
    Source("owl", "an owl hooting", r"owls?|hoot(?:s|ing)?", one=birds.owl, gap_s=(1.0, 3.0), noun="owl's hoot"),
    Source("cuckoo", "a cuckoo", r"cuckoos?", one=birds.cuckoo, gap_s=(0.5, 0.9), noun="cuckoo's call"),
    Source(
        "crow",
        "crows cawing",
        r"crows?|ravens?|rooks?|magpies?|caw(?:s|ing)?",
        one=birds.crow,
        counted=birds.caw,
        gap_s=(0.5, 2.0),
        noun="caw",
    ),
    Source(
        "gulls",
        "gulls",
        r"(?:sea ?)?gulls?",
        one=birds.gull,
        counted=birds.gull_cry,
        gap_s=(0.4, 2.2),
        noun="gull's cry",
    ),
    Source("dove", "pigeons cooing", r"pigeons?|doves?|coo(?:s|ing)?", one=birds.dove, gap_s=(0.5, 1.6), noun="coo"),
    Source(
        "woodpecker", "a woodpecker", r"woodpeckers?", one=birds.woodpecker, gap_s=(0.8, 2.5), noun="woodpecker's roll"
    ),
    Source(
        "wings",
        "wings flapping",
        r"wings?|flap(?:s|ping)?|flutter(?:s|ing)?",
        one=birds.wings,
        gap_s=(0.4, 1.5),
        noun="flutter",
    ),
)

INSECTS = (
    Source("crickets", "crickets", r"crickets?|grasshoppers?|katydids?", insects.crickets),
    Source("cicadas", "cicadas", r"cicadas?|locusts?|insects?", insects.cicadas),
    Source("bees", "bees buzzing", r"bees?|swarms?|wasps?|hornets?|hives?|buzz(?:es|ing)?", insects.bees),
    Source("fly", "a fly", r"fl(?:y|ies)|bumblebees?", insects.bees, style=Style(kind="fly")),
    Source("mosquito", "a mosquito", r"mosquito(?:es|s)?|gnats?|midges?", insects.bees, style=Style(kind="mosquito")),
    Source(
        "frogs",
        "frogs croaking",
        r"frogs?|toads?|croak(?:s|ing)?|pond",
        insects.frogs,
        insects.frog,
        (0.2, 0.9),
        "croak",
    ),
    Source(
        "rattle",
        "a rattle",
        r"rattlesnakes?|rattl(?:e|es|ing)|maracas|snakes?",
        one=insects.rattle,
        gap_s=(0.3, 1.0),
        noun="rattle",
    ),
)
