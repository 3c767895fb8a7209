"""Arithmetic and units: "twelve times eighty", "five miles in kilometers"."""

import asyncio
from typing import Annotated

from pydantic import Field

from router.arguments import Ask
from router.arithmetic import evaluate, spoken_number
from router.task import Context, Family, Outcome, task


@task(
    "(calculate|compute|add up|evaluate) {text}",
    "calculate something|do (some|a) (math|maths|sum|sums|calculation|arithmetic)",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "What is {text}?",
        "How much is {text}?",
        "Calculate {text}.",
        "Work out {text} for me.",
        "{text}.",
        "Can you do {text}?",
        "What do you get for {text}?",
        "I need to know what {text} is.",
        "Help me with my homework, {text}.",
        "Tell me the result of {text}.",
        "Add up {text}.",
        "What does {text} come to?",
    ),
)
async def calculate(
    context: Context,
    text: Annotated[str, Ask("What should I work out?"), Field(description="the sum, in words or signs")],
) -> Outcome:
    """Work out a sum.

    text: all of the sum as the user said it, such as "twelve times eighty", "15 percent of 80", "a tip of 20 percent
    on 45.80", "the square root of two", "2 to the power of 10".
    """
    return Outcome(f"That is {spoken_number(evaluate(text))}.")


@task(
    "convert {text}",
    "convert (something|units|a unit|measurements|a measurement)",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "Convert {text}.",
        "What is {text}?",
        "How much is {text}?",
        "{text}.",
        "Tell me {text}, please.",
        "The recipe says it in American, what is {text}?",
        "I only know metric, so what's {text}?",
        "Turn {text}.",
        "Could you convert {text} for me?",
        "How far is {text}?",
        "How hot is {text}?",
    ),
)
async def convert_units(
    context: Context,
    text: Annotated[
        str, Ask("What should I convert, and into which unit?"), Field(description="a quantity and the unit wanted")
    ],
) -> Outcome:
    """Convert units: lengths, areas, volumes, weights, temperatures, speeds, times, sizes of data.

    text: all of the question as the user said it, such as "five miles in kilometers", "350 Fahrenheit to Celsius",
    "how many grams are in two pounds".
    """
    return Outcome(await asyncio.to_thread(_converted, text))


def _converted(text: str) -> str:
    from router.quantities import converted  # loading pint takes 0.1 to 0.3 s of a core

    return converted(text)
