"""Spanish as Apertium gives it, put right.

    "Abres la puerta."  ─▶ "Por favor, abre la puerta."

It knows one verb for the two of "to be", no commands, and none of the marks that open questions. What a `Draft` kept
back is put in again.
"""

import re
from collections.abc import Mapping

from models.speech.translation_draft import Draft, place
from models.speech.translation_rules import replaced, rules
from models.speech.translation_sentences import begun


def finished(text: str, draft: Draft) -> str:
    """What Apertium made of a draft, as good Spanish as rules make it."""
    spanish = replaced(" ".join(text.split()), _REPAIRS)
    for english, pattern, better in _WORDS:
        if english.search(draft.source):
            spanish = pattern.sub(better, spanish)
    if draft.command:
        spanish = _ordered(spanish)
    for number, phrase in enumerate(draft.held):
        spanish = spanish.replace(place(number), phrase)
    if draft.lead:
        spanish = draft.lead + spanish[:1].lower() + spanish[1:]
    if draft.tail:
        spanish = re.sub(r"\s*([.?!…]?)$", rf"{draft.tail}\1", spanish, count=1)
    return _marked(begun(replaced(spanish, _TIDY)))


_ESTAR: Mapping[str, str] = {
    **{"soy": "estoy", "eres": "estás", "es": "está", "somos": "estamos", "sois": "estáis", "son": "están"},
    **{"era": "estaba", "eras": "estabas", "éramos": "estábamos", "eran": "estaban"},
    **{"fue": "estuvo", "fueron": "estuvieron", "será": "estará", "serán": "estarán", "ser": "estar"},
}
_SER = rf"\b({'|'.join(_ESTAR)})\b"
_STATES = (
    "cansad abiert cerrad enferm llen vací ocupad content muert list preocupad enfadad sentad perdid casad sol rot "
    "dormid despiert equivocad nervios sorprendid segur borrach"
)
_STATE = rf"(?:{'|'.join(_STATES.split())})(?:o|a|os|as)\b|fríos?\b|frías?\b|calientes?\b|tristes?\b|bien\b|a punto\b"
_WHERE = r"(?:en|entre|bajo|debajo|detrás|delante|cerca|lejos|encima|aquí|allí|ahí|fuera|dentro|al lado)\b"
_HOW = r"(?:(?:muy|demasiado|tan|bastante|todavía|ya|siempre|también) )?"

_PARTICIPLES: Mapping[str, str] = {
    **{"visto": "ver", "hecho": "hacer", "oído": "oír", "dicho": "decir", "escrito": "escribir", "abierto": "abrir"},
    **{"vendido": "vender", "comido": "comer", "leído": "leer", "puesto": "poner", "usado": "usar"},
}


def _estar(found: re.Match[str]) -> str:
    verb = found.group(1)
    other = _ESTAR[verb.lower()]
    return found.group().replace(verb, begun(other) if verb[0].isupper() else other, 1)


def _can_be(found: re.Match[str]) -> str:
    """ "puede ser comprado" → "se puede comprar"; "puede ser encontrado" → "se encuentra"."""
    verb, participle = found.group(1).lower(), re.sub(r"(a|os|as)$", "o", found.group(2).lower())
    if participle == "encontrado":
        return "se encuentran" if verb.endswith("n") else "se encuentra"
    infinitive = _PARTICIPLES.get(participle) or (participle[:-3] + "ar" if participle.endswith("ado") else "")
    return f"se {verb} {infinitive}" if infinitive else found.group()


def _plural(found: re.Match[str]) -> str:
    return f"{found.group(1)}están {found.group(2)}"


_SMALL = "el|la|los|las|un|una|en|de|a|mi|mis|tu|tus|su|sus|todo|toda|todos|todas|este|esta"

_REPAIRS = rules(
    (r"\b(que|me|te|se|le|lo|nos|de|un|la|el|en) \1\b", r"\1"),
    (r"\blosiento\b", "lo siento"),
    (r"\b(puede|pueden|podía|podían|podrá|podrán|podría|podrían) ser (\w+d[oa]s?|vist[oa]s?|hech[oa]s?)\b", _can_be),
    (r"\b(h?e|has|ha|hemos|han|había|habían) sido (\w+ndo)\b", r"\1 estado \2"),
    (rf"{_SER} (?=\w+(?:ando|iendo|yendo)\b)", _estar),
    (rf"{_SER} (?={_WHERE})", _estar),
    (rf"{_SER} (?={_HOW}(?:{_STATE}))", _estar),
    (r"\b(dónde) es\b", r"\1 está"),
    (r"\b(dónde) son\b", r"\1 están"),
    (r"\b(dónde )está ((?:mis|tus|sus|nuestros|nuestras|los|las|estos|estas|esos|esas)\b)", _plural),
    (r"\b(más|menos) (\w+) que me\b", r"\1 \2 que yo"),
    (r"\b(que (?:el|la|los|las) \w+) (?:un|uno|una|unos|unas)\b", r"\1"),
    (r"\bencima (lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b", r"el \1"),
    (r"\bencima (sábados|domingos)\b", r"los \1"),
    (r"\bobr(ar|ado|ando|o|as|a|amos|áis|an|é|ó|aste|aron|aba|aban|aré|ará|aría|e|en)\b", r"trabaj\1"),
    (r"\bno hay ningun[oa] ", "no hay "),
    (r"\b(vamos|voy|va|van|vas) para (\w+[aei]r)\b", r"\1 a \2"),
    (
        r"\bescuchas? a (mí|música|esto|eso)\b",
        lambda f: "escúchame" if f.group(1) == "mí" else f"escuchas {f.group(1)}",
    ),
    (r"\bun([oa]?) de (los|las) mayoría\b", r"un\1 de \2"),
    (r"\bqué un[ao]? ", "qué "),
    (r"(, \w+(?: \w+)?), (?=[ye] \w+(?: \w+)?[.?!…]?$)", r"\1 "),
    (rf"(?<=Zq\dz )({_SMALL})\b", lambda found: found.group().lower()),
)
_WORDS: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = tuple(
    (re.compile(english, re.IGNORECASE), re.compile(pattern), better)
    for english, pattern, better in (
        (r"\bstations\b", r"\b[cC]anales\b", "estaciones"),
        (r"\bstation\b", r"\b[cC]anal\b", "estación"),
        (r"\bmy keys\b", r"\bmis tonos\b", "mis llaves"),
        (r"\byour keys\b", r"\btus tonos\b", "tus llaves"),
        (r"\bthe keys\b", r"\b([lL])os tonos\b", r"\1as llaves"),
        (r"\bthe key\b", r"\b([eE])l tono\b", "la llave"),
        (r"\b(turn|switch)\w*(?: \w+ \w+)? on\b", r"\b([cC])onectas\b", "enciendes"),
        (r"\b(turn|switch)\w*(?: \w+ \w+)? on\b", r"\b[cC]onectar\b", "encender"),
        (r"\b(turn|switch)\w*(?: \w+ \w+)? off\b", r"\b[eE]xtingues\b", "apagas"),
        (r"\b(turn|switch)\w*(?: \w+ \w+)? off\b", r"\b[eE]xtinguir\b", "apagar"),
    )
)
"""Where Apertium takes the rarer meaning of a word: the English word, its Spanish, and the Spanish of the other."""

_IMPERATIVES: Mapping[str, str] = {
    **{"pones": "pon", "haces": "haz", "vienes": "ven", "sales": "sal", "dices": "di", "tienes": "ten", "vas": "ve"},
    **{"eres": "sé", "pusiste": "pon", "estás": "está"},
}
_ASKED_FOR = re.compile(r"^me puedes (\w+)", re.IGNORECASE)
_FOR_ONE: Mapping[str, str] = {
    **{"decir": "dime", "dar": "dame", "traer": "tráeme", "mostrar": "muéstrame", "enseñar": "enséñame"},
    **{"ayudar": "ayúdame", "llamar": "llámame", "enviar": "envíame", "escribir": "escríbeme", "leer": "léeme"},
    **{"esperar": "espérame", "comprar": "cómprame", "contar": "cuéntame", "dejar": "déjame", "pasar": "pásame"},
    **{"preguntar": "pregúntame", "vender": "véndeme", "creer": "créeme", "llevar": "llévame", "escuchar": "escúchame"},
}
_FIRST_VERB = re.compile(r"^(no |nunca )?(\w+)", re.IGNORECASE)
_SUBJUNCTIVES: Mapping[str, str] = {
    **{"pones": "pongas", "haces": "hagas", "vienes": "vengas", "sales": "salgas", "dices": "digas", "vas": "vayas"},
    **{"tienes": "tengas", "eres": "seas", "estás": "estés"},
}


def _ordered(spanish: str) -> str:
    """ "Abres la puerta." → "Abre la puerta."; "No abres la puerta." → "No abras la puerta."."""

    def order(found: re.Match[str]) -> str:
        no, verb = found.group(1) or "", found.group(2)
        if no:
            return no + _SUBJUNCTIVES.get(verb.lower(), _forbidden(verb))
        plain = _IMPERATIVES.get(verb.lower()) or (verb[:-1] if verb.endswith(("as", "es")) else verb)
        return begun(plain)

    if asked := _ASKED_FOR.match(spanish):
        return begun(_FOR_ONE.get(asked.group(1).lower(), asked.group())) + spanish[asked.end() :]
    return _FIRST_VERB.sub(order, spanish, count=1)


def _forbidden(verb: str) -> str:
    """The second person of the subjunctive of a regular verb."""
    if verb.endswith("as"):
        return re.sub(r"c$", "qu", re.sub(r"g$", "gu", verb[:-2])) + "es"
    return verb[:-2] + "as" if verb.endswith("es") else verb


# -------------------------------------------------------------------- punctuation

_TIDY = rules((r"\s+([.,;:?!…])", r"\1"), (r"\s{2,}", " "), (r"\.\s*(?=\.$)", ""))
_ASKING = (
    r"(?:qué|que|cómo|como|dónde|donde|cuándo|cuando|cuánt\w+|cuant\w+|por qué|quién\w*|quien\w*|cuál\w*|a qué|de qué)"
)
_ASKS_LATE = re.compile(rf"(?<=, )(?={_ASKING}\b)", re.IGNORECASE)
_GREETED = re.compile(r"^(?:hola|buen[oa]s \w+|gracias|disculpe|perdón|por favor|sí|no)(?:, \w+)?, ", re.IGNORECASE)
_ACCENTS = {"que": "qué", "como": "cómo", "donde": "dónde", "cuando": "cuándo", "quien": "quién", "cual": "cuál"}
_OPENING = re.compile(r"(?<=¿)(que|como|donde|cuando|quien|cual)\b", re.IGNORECASE)


def _marked(text: str) -> str:
    """With the marks that open a question or an exclamation."""
    if text.endswith("!"):
        return f"¡{text}"
    if not text.endswith("?"):
        return text
    late, greeted = _ASKS_LATE.search(text), _GREETED.match(text)
    at = late.start() if late else greeted.end() if greeted else 0
    return _OPENING.sub(_accented, f"{text[:at]}¿{text[at:]}")


def _accented(found: re.Match[str]) -> str:
    word = _ACCENTS[found.group().lower()]
    return begun(word) if found.group()[0].isupper() else word
