"""Words in capitals: which are said letter by letter, and which are words."""

import re

from tts.normalize.tables import pairs, words_of

NAMES = pairs(
    "JPEG jay peg | JPG jay peg | MPEG em peg | ASCII askey | JSON jason | ONNX onyx | SCSI scuzzy | BIOS bye oss | "
    "SaaS sass | LaTeX lay tech | TeX tech | IEEE I triple E | VRAM V ram | DRAM D ram | SRAM S ram | OLED oh led | "
    "OK okay | PhD P H D | ok okay | PhDs P H D's | WiFi wi-fi | Wi-Fi wi-fi | OAuth oh auth | PyPI pie P I | "
    "kHz kilohertz | MHz megahertz | GHz gigahertz | Hz hertz | dB decibels | AWOL ay wall | NGO N G O | IPv I P V | "
    "PostgreSQL postgres Q L | DNSMOS D N S moss | GitHub GitHub | YouTube YouTube | ReLU ray loo | FLAC flack | "
    "NumPy num pie | SciPy sigh pie | PyTorch pie torch | MySQL my S Q L | Node.js node J S | Next.js next J S | "
    "Vue.js view J S | React.js react J S | .NET dot net | D.C D C | "
    "Bb B flat | Eb E flat | Ab A flat | Db D flat | HiFi hi-fi"
)
"""Names whose spelling says little about their sound, by their exact spelling."""

ORDINARY = words_of(
    "A AM AN AND ANY ARE AS AT BAD BAR BE BIG BUT BUY BY CAN CAR CAT DAY DID DO DOG EAT END FAR FEW FIX FOR FUN GET "
    "GO GOT GUN HAD HAS HE HER HEY HI HIM HIS HIT HOT HOW IF IN IS JOB JOY KEY LET LOT LOW MAN MAP MAY ME MEN MIX MOM "
    "MY NEW NO NOR NOT NOW OF OFF OH OLD ON ONE OR OUR OUT OWN PAY PUT RED RUN SAD SAW SAY SEA SEE SET SHE SIX SO SON "
    "SUN TEN THE TO TOO TOP TRY TWO UP USE VIA WAR WAS WAY WE WHO WHY WIN WOW YES YET YOU YOUR ACT ADD AGE AGO AID AIM "
    "AIR ALL ASK BAG BED BOX BOY BUS CUT DAD DRY EAR EGG EYE FAN FAT FEE FIT FLY GAS GOD GUY HAT ICE ILL INK JAR KID "
    "LAB LAW LEG LIE LIP MUD NET NUT ODD OIL PAN PEN PET PIE POT RAT RAW ROW SHY SIT SKY TAX TEA TIE TIP TOY VAN WET "
    "ZOO OX"
)
"""Words of up to three letters that somebody may stress by capitals."""

ACRONYMS = words_of("RAM ROM GIF SIM PIN LAN WAN ZIP VAT WAV GAN DOS BIN CAD CAM JIT LOL PAC TED SAP DAG ETA")
"""Words of up to three letters that are made of initials and said as words."""

SPELLED = words_of(
    "AAAA AARP ACLU AIFF ASAP CIDR IAEA ICAO IOPS ISDN NAACP OECD UCLA USAF USDA USPS USSR UEFI UTC VOIP"
)
"""Words that look as if they could be said, and are not."""

SPELLED_SMALL = words_of(
    "api asr cli cpu css csv dns faq fps ftp gpu hdmi html http https ide led llm npm pc pdf php png rgb rss sdk "
    "sms sql ssd ssh svg tcp tls tsv tts tv udp ui url usb utf uuid vpn xml"
)
"""Initialisms that are also written in small letters."""

_VOWEL = re.compile("[aeiouy]")
_SYLLABLES = re.compile(
    r"(?:[bcdfghjklmnpqrstvwxz]|[bcdfgkpstw]h|[bcfgps]l|[bcdfgptw]r|s[ckmnpqtw]|[dt]w|qu|[gk]n|str|spr|scr|spl|thr|sch)?"
    r"[aeiouy]+(?:[bcdfghjklmnpqrstvwxz]{1,2}[aeiouy]+|[lmnr][bcdfgklmnpqrstvwxz]{1,2}[aeiouy]+)*"
    r"(?:[bcdfghklmnprstvwxz]|[lnr][bcdfgkmnpstvxz]|[cfkp]t|[bdfgklmnprt]s|[cstpg]h|mp|ck|ll|ss|ff|zz|s[kpt]|x?t?h|ng|n[cs]e|"
    r"[lmnr][dkpt]s|tch|[ln]ch|rst|cks)?"
)


def is_sayable(word: str) -> bool:
    """Whether English could have such a word, in small letters; of initials few are so."""
    return len(word) < 30 and bool(_VOWEL.search(word)) and bool(_SYLLABLES.fullmatch(word))
