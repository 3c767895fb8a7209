"""The outermost edge: whatever happens below becomes an exit code and, where it failed, one sentence.

0    done; Ctrl-C ends a conversation so
1    it could not be done
2    the command line or a setting is wrong
130  interrupted
"""

import logging
import os
import signal
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from assistant.cli.logs import logging_to
from assistant.cli.parser import parse
from assistant.errors import EarshotError, SettingsError

PATIENCE_S = 0.4
"""How long the threads of engines are waited for at the end."""

logger = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code. May end the process itself, if a thread does not let it go."""
    for out in (sys.stdout, sys.stderr):
        getattr(out, "reconfigure", lambda **_: None)(errors="replace")
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    found = parse(arguments)
    with logging_to(log_file(found.command or ""), found.log_level or "info") as log:
        code = guarded(found, log)
    _leave(code)
    return code


def guarded(found: Namespace, log: Path | None) -> int:
    """Do what the command line says; what goes wrong is told on stderr in a sentence, and in full in the log."""
    try:
        from assistant.cli.commands import run

        code = run(found)
        sys.stdout.flush()
        return code
    except EarshotError as error:
        logger.debug("ended by an error", exc_info=True)
        print(error, file=sys.stderr)
        return 2 if isinstance(error, SettingsError) else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the flush at exit fails as well
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the edge: a bug; its traceback is for the log
        logger.exception("a bug")
        place = f"The log, {log}, has the details" if log else "Run it again with --log-level debug for the details"
        print(f"Something is broken in Earshot: {type(error).__name__}: {error}. {place}.", file=sys.stderr)
        return 1


def log_file(command: str) -> Path:
    """Where the log of a command is kept. The service, which runs beside the others, has its own."""
    from config.folders import state_folder

    return state_folder() / ("service.log" if command == "serve" else "earshot.log")


def _leave(code: int) -> None:
    """End the process, now, if a thread is in the midst of a long call; else the interpreter would wait for it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # it is ending as it is
    deadline = time.monotonic() + PATIENCE_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
