"""Text as it is written, made into words that can be said.

written:  "Dr."     "Smith's" "GPU"    "costs" "$3.5"              "million."
spoken:   "doctor"  "Smith's" "G P U"  "costs" "three point five"  "million dollars."

token ─characters─▶ Piece ─┐
token ─characters─▶ Piece ─┴─ Clause ─rules, in order─▶ Said ─marks─▶ Reading, one for each token

A rule looks at one piece and its neighbours, and says that piece, or it and some that follow, or passes. `words` says
what no rule knows. Numbers are put into words here and not by a library: num2words takes 70 ms to import, says "and" in
the British way and drops final zeros; inflect takes more than a second to import.
"""

from tts.normalize.reading import Reading, readings

__all__ = ["Reading", "readings"]
