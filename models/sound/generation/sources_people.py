"""People and what is in their houses, and the words for them."""

from models.sound.generation import crowds, home, people, signals, voices
from models.sound.generation.grain import Style
from models.sound.generation.source import Source
from models.sound.generation.streams import paced

PEOPLE = (
    Source(
        "baby",
        "a baby crying",
        (
            r"bab(?:y|ies)(?: cr(?:y|ies|ying))?|infants?|newborns?|toddlers?|cr(?:y|ies|"
            r"ying)(?: bab(?:y|ies))?|weeping|sobbing"
        ),
        one=people.baby,
        gap_s=(0.02, 0.35),
        noun="cry",
    ),
    Source(
        "sneeze",
        "sneezing",
        r"sneez(?:e|es|ing)|achoo",
        one=people.sneeze,
        gap_s=(0.8, 2.0),
        noun="sneeze",
        single=True,
    ),
    Source(
        "cough",
        "coughing",
        r"cough(?:s|ing)?",
        one=voices.cough,
        counted=voices.hack,
        gap_s=(0.6, 2.0),
        noun="cough",
        single=True,
    ),
    Source(
        "laughter",
        "laughter",
        r"laugh(?:s|ing|ter)?|giggl(?:e|es|ing)|chuckl(?:e|es|ing)",
        one=voices.laugh,
        gap_s=(0.2, 1.0),
        noun="laugh",
    ),
    Source(
        "child laughter",
        "a baby laughing",
        (
            r"(?:bab(?:y|ies)|child(?:ren)?|kids?|toddlers?) (?:laugh|giggl)\w*|laughing (?:bab(?:y|"
            r"ies)|child(?:ren)?)"
        ),
        one=voices.laugh,
        gap_s=(0.2, 1.0),
        noun="laugh",
        style=Style(kind="child"),
    ),
    Source(
        "scream",
        "screaming",
        r"scream(?:s|ing)?|shriek(?:s|ing)?|yell(?:s|ing)?",
        one=voices.scream,
        gap_s=(0.6, 2.0),
        noun="scream",
        single=True,
    ),
    Source("snore", "snoring", r"snor(?:e|es|ing)", one=voices.snore, gap_s=(0.4, 0.9), noun="snore"),
    Source(
        "breath",
        "breathing",
        r"breath(?:s|ing|e|es)?|sigh(?:s|ing)?|pant(?:s|ing)?",
        one=voices.breath,
        gap_s=(0.2, 0.6),
        noun="breath",
    ),
    Source("whistle", "whistling", r"whistl(?:e|es|ing)", one=voices.whistle, gap_s=(0.5, 1.5), noun="whistle"),
    Source(
        "hush", "shushing", r"shush(?:es|ing)?|shh+|hush(?:es|ing)?", one=voices.hush, gap_s=(0.3, 0.7), noun="shush"
    ),
    Source("fart", "a fart", r"farts?|farting", one=voices.fart, gap_s=(0.6, 1.5), noun="fart", single=True),
    Source(
        "murmur",
        "people murmuring",
        (
            r"crowds?|people(?: talking| speaking| chatting)?|murmur(?:s|ing)?|chatter(?:ing)?|"
            r"talk(?:s|ing)?|speak(?:s|ing)?|convers\w+|voices?|caf[eé]s?|restaurants?|bars?|pubs?|"
            r"part(?:y|ies)|audience|market(?:s| square)?|haggling|babble|office|newsroom|canteen|"
            r"bazaar|mall|chatting|walla|hubbub"
        ),
        crowds.murmur,
    ),
    Source(
        "children",
        "children playing",
        r"child(?:ren)?(?: playing)?|kids?(?: playing)?|playgrounds?|school ?yards?|schools?",
        crowds.murmur,
        style=Style(kind="children"),
    ),
    Source(
        "applause",
        "applause",
        r"applau(?:se|d|ds|ding)|clapping|ovations?|hand ?claps|claps",
        crowds.applause,
        crowds.clap,
        (0.3, 0.5),
        "clap",
    ),
    Source(
        "clap", "hand claps", r"hand ?clap|clap(?! of)", one=crowds.clap, gap_s=(0.3, 0.5), noun="clap", single=True
    ),
    Source(
        "cheering",
        "a crowd cheering",
        (
            r"(?:crowds? )?cheer(?:s|ing)?|stadium|hooray|hurrah|angry crowd|crowd (?:going|"
            r"gone) \w+|people going nuts|shout(?:s|ing)?"
        ),
        crowds.cheering,
    ),
    Source(
        "heartbeat",
        "a heartbeat",
        r"heart ?beats?|hearts?(?: beating)?|pulse",
        paced(people.heartbeat, 0.85, 0.01),
        people.heartbeat,
        (0.3, 0.5),
        "heartbeat",
    ),
    Source(
        "footsteps",
        "footsteps",
        (r"foot ?steps?|steps?|walk(?:s|ing)?|shoes|boots|heels|feet|running feet|stomp(?:s|" r"ing)?|marching|tread"),
        paced(people.footstep, 0.56, 0.02),
        people.footstep,
        (0.3, 0.5),
        "footstep",
    ),
)

HOME = (
    Source(
        "clock",
        "a clock ticking",
        (
            r"clocks?(?: tick(?:s|ing)?)?|tick(?:s|ing)?(?: tock(?:s|ing)?)?(?: clock| watch)?|"
            r"tick tock|watch(?:es)?|metronome"
        ),
        home.clock,
        home.tick,
        noun="tick",
    ),
    Source(
        "strike",
        "a clock striking",
        (
            r"clocks? (?:strik(?:es?|ing)|chim(?:es?|ing))|strik(?:es?|ing)(?: clock)?|"
            r"(?:clock )?chimes? (?:of )?(?:a |the )?(?:clock|hour)|grandfather clock"
        ),
        one=signals.strike,
        gap_s=(-0.5, -0.45),
        noun="stroke of a clock",
    ),
    Source("keyboard", "typing on a keyboard", r"keyboards?|typ(?:e|es|ing)|keys? clicking|computer", home.keyboard),
    Source("typewriter", "a typewriter", r"typewriters?", home.keyboard, style=Style(kind="typewriter")),
    Source(
        "knock",
        "knocking at a door",
        r"(?:door )?knock(?:s|ing)?(?: (?:on|at) (?:a |the |my )?(?:\w+ )?door)?",
        one=home.knock,
        counted=home.rap,
        gap_s=(0.8, 1.6),
        noun="knock",
        single=True,
    ),
    Source(
        "slam",
        "a door slamming",
        (
            r"(?:door )?slam(?:s|med|ming)?(?: door| shut)?|(?:doors?|gates?|lids?)(?: (?:that )?(?:slam(?:s|ming)?|"
            r"shut(?:s|ting)?|clos(?:es|ing)|bang(?:s|ing)?))?|clos(?:es|ing) door|gates?"
        ),
        one=home.slam,
        gap_s=(1.0, 2.5),
        noun="slamming door",
        single=True,
    ),
    Source(
        "sliding door",
        "a sliding door",
        (
            r"(?:space ?ship|star ?ship|sci ?fi|space station|airlock|automatic|sliding|lift|elevator|train) doors?"
            r"(?: (?:open|clos|slid|hiss)\w*)*|airlocks?(?: (?:open|clos)\w*)?"
        ),
        one=home.sliding_door,
        gap_s=(0.8, 2.0),
        noun="sliding door",
        single=True,
    ),
    Source(
        "creak",
        "creaking",
        (
            r"(?:door |gate |floor )?(?:creak(?:s|ing|y)?|squeak(?:s|ing|y)?)(?: (?:wooden |old |"
            r"rusty )?(?:door|gate|floor|stairs?|ship|hinges?))?|(?:wooden |old )?(?:door|gate|ship|"
            r"hinges?) creaking|hinges?|squeal of hinges|rusty (?:gate|hinges?|lock|door)"
        ),
        one=home.creak,
        gap_s=(0.5, 1.6),
        noun="creak",
    ),
    Source(
        "opening",
        "a door opening",
        (
            r"(?:door|chest|gate|box) (?:that )?open(?:s|ing)?|open(?:s|ing) (?:a |"
            r"the )?(?:\w+ )?(?:door|chest|gate)"
        ),
        one=home.opening,
        gap_s=(1.0, 2.0),
        noun="opening door",
        single=True,
    ),
    Source(
        "glass",
        "breaking glass",
        (
            r"glass(?:es)?(?: (?:falls?|falling|break(?:s|ing)?|shatter(?:s|ing)?|smash(?:es|"
            r"ing)?))*|shatter(?:s|ed|ing)?(?: glass)?|break(?:s|ing)? glass|smash(?:es|ing)?|"
            r"broken glass|window (?:break|smash|shatter)\w*"
        ),
        one=home.shatter,
        gap_s=(0.8, 2.0),
        noun="breaking glass",
        single=True,
    ),
    Source(
        "clink",
        "clinking glasses",
        r"clink(?:s|ing)?(?: (?:of )?glass(?:es)?)?|glasses clinking|toast",
        one=home.clink,
        gap_s=(0.6, 1.8),
        noun="clink",
    ),
    Source(
        "dishes",
        "clattering dishes",
        (r"dishes|plates?|pans?|pots?|cutlery|clatter(?:s|ing)?|kitchen|clank(?:s|ing)?|" r"washing up"),
        one=home.dishes,
        gap_s=(0.1, 0.9),
        noun="clatter",
    ),
    Source(
        "paper",
        "rustling paper",
        r"papers?|pages?(?: turning)?|crumpl(?:e|es|ing)|rustl(?:e|es|ing)|wrapping",
        one=home.paper,
        gap_s=(0.2, 0.9),
        noun="rustle",
    ),
    Source(
        "shutter",
        "a camera shutter",
        r"cameras?|shutters?|clicks?|clicking|photo(?:graph)?s?",
        one=home.shutter,
        gap_s=(0.5, 1.4),
        noun="click",
    ),
    Source(
        "coin",
        "a coin dropping",
        r"coins?(?: (?:drop|fall)\w*)?",
        one=home.coin,
        gap_s=(0.5, 1.2),
        noun="coin",
        single=True,
    ),
    Source(
        "switch",
        "a switch",
        r"(?:light )?switch(?:es)?|locks?|lock giving way|latch",
        one=home.switch,
        gap_s=(0.6, 1.4),
        noun="switch",
        single=True,
    ),
)
