"""Machines, and the words for them."""

from models.sound.generation import engines, impacts, machines, vehicles
from models.sound.generation.grain import Style
from models.sound.generation.source import Source
from models.sound.generation.streams import paced

MACHINES = (
    Source("helicopter", "a helicopter", r"helicopters?|choppers?|rotors?|drones?(?: flying)", machines.helicopter),
    Source("chainsaw", "a chainsaw", r"chain ?saws?", machines.chainsaw),
    Source(
        "engine",
        "a car engine",
        r"(?:car )?(?:engines?|motors?)(?: running| idling)?|idling|cars?(?: idling| engine)?",
        engines.engine,
        style=Style(kind="car"),
    ),
    Source(
        "motorcycle",
        "a motorcycle",
        r"motor ?(?:cycles?|bikes?)|scooters?|mopeds?",
        engines.engine,
        style=Style(kind="motorcycle"),
    ),
    Source(
        "truck",
        "a truck",
        r"trucks?|lorr(?:y|ies)|bus(?:es)?|tractors?|diesels?|generators?|bulldozers?",
        engines.engine,
        style=Style(kind="truck"),
    ),
    Source("boat", "a motor boat", r"(?:motor ?)?boats?|outboards?", engines.engine, style=Style(kind="boat")),
    Source("mower", "a lawn mower", r"lawn ?mowers?|mowers?|leaf ?blowers?", engines.engine, style=Style(kind="mower")),
    Source(
        "propeller",
        "a propeller plane",
        r"propellers?(?: planes?| aircraft)?|biplanes?|small planes?",
        engines.engine,
        style=Style(kind="propeller"),
    ),
    Source(
        "jet",
        "an airplane",
        r"(?:jet )?(?:air ?planes?|aeroplanes?|planes?|aircraft)|jets?|airliners?|rockets?",
        engines.motor,
        style=Style(kind="jet"),
    ),
    Source(
        "spaceship",
        "a spaceship",
        r"space ?ships?|starships?|ufos?|spacecraft|sci ?fi(?: drone)?|warp(?: drive)?|drones?",
        engines.motor,
        style=Style(kind="spaceship"),
    ),
    Source(
        "vacuum",
        "a vacuum cleaner",
        r"vacuum(?: cleaners?)?|hoovers?|hoovering|vacuuming",
        engines.motor,
        style=Style(kind="vacuum"),
    ),
    Source(
        "fan",
        "a fan",
        r"fans?|ventilat(?:ors?|ion)|fridges?|refrigerators?|washing machines?|room tone",
        engines.motor,
        style=Style(kind="fan"),
    ),
    Source(
        "air conditioner",
        "an air conditioner",
        r"air ?condition(?:ers?|ing)|air ?con|ac unit|machine room|server room",
        engines.motor,
        style=Style(kind="air"),
    ),
    Source(
        "dryer",
        "a hair dryer",
        r"(?:hair ?|blow ?)?dryers?|blenders?|mixers?",
        engines.motor,
        style=Style(kind="dryer"),
    ),
    Source(
        "drill",
        "a drill",
        r"(?:power |electric )?drills?|drilling|dentist'?s?(?: drill)?",
        one=vehicles.drill,
        gap_s=(0.3, 1.0),
        noun="drill",
    ),
    Source(
        "press",
        "a machine",
        r"machines?|machinery|factory|printing press|printers?|looms?|workshop|conveyor",
        engines.motor,
        style=Style(kind="press"),
    ),
    Source("train", "a train", r"trains?|railways?|rails?|railroad|trams?|subway|metro|underground", vehicles.train),
    Source(
        "steam train",
        "a steam train",
        r"steam (?:trains?|engines?|locomotives?)|locomotives?|chuff(?:s|ing)?",
        vehicles.steam_train,
    ),
    Source("traffic", "traffic", r"traffic|highways?|motorways?|streets?|roads?|city|town|freeways?", vehicles.traffic),
    Source(
        "passing",
        "a car passing",
        (
            r"(?:cars?|trucks?|vehicles?|motor ?cycles?) (?:that )?(?:pass(?:es|ing)?|driv(?:es|"
            r"ing)|go(?:es|ing)?|com(?:es|ing)|zoom(?:s|ing)?|pulls?|speed(?:s|ing)?)(?: by| past|"
            r" up| off| away)*|pass(?:es|ing) cars?"
        ),
        one=vehicles.passing,
        gap_s=(0.3, 1.5),
        noun="passing car",
        single=True,
    ),
    Source("saw", "sawing", r"saw(?:s|ing)?|hand ?saws?", paced(vehicles.sawing, 0.75)),
    Source(
        "hammer",
        "hammering",
        r"hammer(?:s|ing)?|nails?|construction(?: site)?|building site",
        one=impacts.hammer,
        gap_s=(0.3, 0.6),
        noun="hammer blow",
    ),
    Source(
        "anvil",
        "a blacksmith's hammer",
        r"anvils?|blacksmith'?s?(?: workshop)?|smith(?:y)?|forge",
        one=impacts.hammer,
        gap_s=(-0.4, -0.2),
        noun="blow on an anvil",
        style=Style(kind="anvil"),
    ),
)
