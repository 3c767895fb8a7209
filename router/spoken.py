"""What is said in numbers, read: numbers, durations, stretches of a recording, tempo. Digits and words alike.

number("two and a half")                       2.5
duration_s("an hour and twenty minutes")       4800.0
durations_in("two minutes for tea, ten for …") [(0, 11, 120.0)]
span_s("repaint from two to four seconds")     Span(2.0, 4.0, …)
speed("20 percent slower")                     0.8
"""

from router.durations import duration_s, durations_in, spoken_duration
from router.numerals import figured, number
from router.spans import Span, span_s
from router.speeds import speed

__all__ = ["Span", "duration_s", "durations_in", "figured", "number", "span_s", "speed", "spoken_duration"]
