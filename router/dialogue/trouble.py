"""What can go wrong with a language model's server, in words that are free of the server's own.

Those may repeat the key, or what the user said: they are looked at, to learn what the server wants, and go no further.
"""

import json
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx2
import openai

from router.dialogue.key import key_place
from router.dialogue.options import OpenAIOptions
from router.dialogue.server import CONTEXT

FOREIGN = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, ValueError)
"""What the SDK and what is below it raise."""
TRY_AGAIN = (408, 409, 425, 429, 500, 502, 503, 504, 529)
USED_UP = ("insufficient_quota", "billing_hard_limit_reached", "insufficient_balance")


class Trouble(Exception):
    """A request came to nothing; the text goes on after "The language model"."""

    def __init__(self, text: str, again: bool = False, after_s: float | None = None, told: str = "") -> None:
        super().__init__(text)
        self.again = again
        """Whether the same request may well succeed."""
        self.after_s = after_s
        """How long the server asks to be left alone, in seconds."""
        self.told = told
        """The server's own words, in lower case; for nobody's eyes."""

    @classmethod
    def unreadable(cls) -> "Trouble":
        """An answer that is not of the protocol."""
        return cls("gave an answer that I cannot read", again=True)


def trouble(error: Exception, options: OpenAIOptions) -> Trouble:
    """What a foreign error means."""
    match error:
        case Trouble():
            return error
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return Trouble("cannot be reached in time; check that it runs and that the network is up")
        case openai.APIStatusError():
            return _refusal(error, options)
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol():
            return Trouble("cannot be asked: base_url is no address such as http://localhost:8000/v1")
        case _ if any(isinstance(cause, ssl.SSLError) for cause in _causes(error)):
            return Trouble("cannot be reached safely: its certificate is not accepted; check base_url")
        case _ if any(isinstance(cause, httpx2.UnsupportedProtocol) for cause in _causes(error)):
            return Trouble("cannot be asked: base_url is no address such as http://localhost:8000/v1")
        case openai.APIConnectionError() | httpx2.TransportError():
            return Trouble("cannot be reached, or broke off; check that it runs and that the network is up", True)
        case _:
            return Trouble.unreadable()


def _refusal(error: openai.APIStatusError, options: OpenAIOptions) -> Trouble:
    told = _body(error)
    text = _meaning(error.status_code, told, options)
    again = error.status_code in TRY_AGAIN and not any(code in told for code in USED_UP)
    return Trouble(text, again, _retry_after(error.response), told)


def _meaning(status: int, told: str, options: OpenAIOptions) -> str:
    """What a status of HTTP means here."""
    match status:
        case 401:
            return f"refuses the key; check {key_place(options)}"
        case 403:
            return f"does not allow that with this key; check {key_place(options)} and the model {options.model}"
        case 404:
            return f"does not know the model {options.model}; choose another, or check base_url"
        case 402 | 429 if status == 402 or any(code in told for code in USED_UP):
            return "is not paid for any more; look at the account"
        case 429:
            return "has had too many requests; try again in a while"
        case _ if CONTEXT.search(told):
            return "has too small a context for all that it must be told; start it with a larger one"
        case 400 | 413 | 422:
            return f"refuses the request, with status {status}; it may not know tools or one of the settings"
        case _ if status >= 500:
            return f"is in trouble itself, with status {status}; try again later"
        case _:
            return f"refuses the request, with status {status}; check base_url"


def _body(error: openai.APIStatusError) -> str:
    """All that the server said, as one text in lower case."""
    body = error.body if isinstance(error.body, str) else json.dumps(error.body, default=str)
    return body.lower()


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds the server asks to wait, whether it gives them, milliseconds or a date."""
    for header, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(response.headers[header]) * unit)
        except (KeyError, ValueError):
            continue
    try:
        until = parsedate_to_datetime(response.headers["retry-after"])
        now = parsedate_to_datetime(response.headers["date"])
        return max(0.0, (until - now).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
