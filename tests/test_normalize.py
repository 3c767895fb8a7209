"""Text in words: what is written and what a person would say."""

import pytest

from tts.normalize import Reading, readings

NUMBERS = [
    ("0 cats", "zero cats"),
    ("21 cats", "twenty-one cats"),
    ("101 dogs", "one hundred one dogs"),
    ("1,234,567 things", "one million two hundred thirty-four thousand five hundred sixty-seven things"),
    ("1 000 000 people", "one million people"),
    ("3.14", "three point one four"),
    ("0.50", "zero point five zero"),
    (".5", "point five"),
    ("-5", "minus five"),
    ("−5", "minus five"),
    ("±3", "plus or minus three"),
    ("007", "zero zero seven"),
    ("1234567890123456789012", "one two three four five six seven eight nine zero " * 2 + "one two"),
    (
        "999999999999999999",
        " ".join(f"nine hundred ninety-nine {s}" for s in ("quadrillion", "trillion", "billion", "million", "thousand"))
        + " nine hundred ninety-nine",
    ),
    ("the 1st, 2nd and 3rd", "the first, second and third"),
    ("the 12th and the 20th", "the twelfth and the twentieth"),
    ("the 101st", "the one hundred first"),
    ("2nd-best", "second best"),
    ("1/2", "one half"),
    ("3/4 of it", "three quarters of it"),
    ("2/3", "two thirds"),
    ("2 1/2 cups", "two and a half cups"),
    ("2½ cups", "two and a half cups"),
    ("1 ½ cups", "one and a half cups"),
    ("½ a mile", "a half a mile"),
    ("8/10", "eight out of ten"),
    ("11/23", "eleven over twenty-three"),
    ("24/7", "twenty-four seven"),
    ("50/50", "fifty fifty"),
    ("3–5 days", "three to five days"),
    ("10-12", "ten to twelve"),
    ("a score of 3-2", "a score of three to two"),
    ("16:9", "sixteen to nine"),
    ("1e6", "ten to the power of six"),
    ("1.5e-3", "one point five times ten to the power of minus three"),
    ("10k users", "ten thousand users"),
    ("7B parameters", "seven billion parameters"),
    ("10x faster", "ten times faster"),
    ("1920x1080", "nineteen twenty by ten eighty"),
    ("18+", "eighteen plus"),
    ("~10 people", "about ten people"),
    ("<5 minutes", "less than five minutes"),
    ("≥3", "at least three"),
    ("192.168.0.1", "one nine two dot one six eight dot zero dot one"),
    ("#5", "number five"),
    ("No. 5", "number five"),
    ("Room 101", "Room one oh one"),
    ("flight 370", "flight three seventy"),
]
ROMAN = [
    ("Henry VIII", "Henry the eighth"),
    ("Louis XIV's palace", "Louis the fourteenth's palace"),
    ("Elizabeth I was queen", "Elizabeth the first was queen"),
    ("Pope John Paul II", "Pope John Paul the second"),
    ("James I think", "James I think"),
    ("Chapter IV", "Chapter four"),
    ("World War II", "World War two"),
    ("vols. I–III", "volumes one to three"),
    ("Super Bowl LVII", "Super Bowl fifty-seven"),
    ("MCMLXXXIV", "nineteen eighty-four"),
    ("I am", "I am"),
    ("an IV", "an I V"),
]
MONEY = [
    ("$45.20", "forty-five dollars and twenty cents"),
    ("$1", "one dollar"),
    ("$0.99", "ninety-nine cents"),
    ("$1.01", "one dollar and one cent"),
    ("$1,299.00", "one thousand two hundred ninety-nine dollars"),
    ("$3.5 million", "three point five million dollars"),
    ("$1.5B", "one point five billion dollars"),
    ("-$5", "minus five dollars"),
    ("€5", "five euros"),
    ("5 €", "five euros"),
    ("£3.50", "three pounds and fifty pence"),
    ("¥500", "five hundred yen"),
    ("$5–$10", "five to ten dollars"),
    ("$100/month", "one hundred dollars per month"),
    ("50 EUR", "fifty euros"),
    ("EUR 50", "fifty euros"),
    ("10¢", "ten cents"),
]
DATES = [
    ("2026-11-23", "November twenty-third, twenty twenty-six"),
    ("11/23/2026", "November twenty-third, twenty twenty-six"),
    ("31/12/2025", "December thirty-first, twenty twenty-five"),
    ("23.11.2026", "November twenty-third, twenty twenty-six"),
    ("on 11/23", "on November twenty-third"),
    ("Nov 23, 2026", "November twenty-third, twenty twenty-six"),
    ("Nov. 23", "November twenty-third"),
    ("23 November 2026", "the twenty-third of November twenty twenty-six"),
    ("the 5th of May 1990", "the fifth of May nineteen ninety"),
    ("1 Jan. 2000", "the first of January two thousand"),
    ("Nov 3-5", "November third to fifth"),
    ("March 2024", "March twenty twenty-four"),
    ("in 1984", "in nineteen eighty-four"),
    ("in 2005", "in two thousand five"),
    ("in 1905", "in nineteen oh five"),
    ("in 1900", "in nineteen hundred"),
    ("2048 tokens", "two thousand forty-eight tokens"),
    ("1500 people", "one thousand five hundred people"),
    ("the 1990s", "the nineteen nineties"),
    ("the '90s", "the nineties"),
    ("in her 20s", "in her twenties"),
    ("mid-1990s", "mid nineteen nineties"),
    ("1990–1995", "nineteen ninety to nineteen ninety-five"),
    ("2024-25", "twenty twenty-four to twenty-five"),
    ("Mon–Fri", "Monday to Friday"),
    ("9/11", "nine eleven"),
    ("2026-11-23T14:05:00Z", "November twenty-third, twenty twenty-six, fourteen oh five U T C"),
]
TIMES = [
    ("10:30", "ten thirty"),
    ("at 10:30 p.m. we met", "at ten thirty P M we met"),
    ("It is 10:30 p.m.", "It is ten thirty P M."),
    ("At 5 p.m. Then we left.", "At five P M. Then we left."),
    ("14:05", "fourteen oh five"),
    ("9:00", "nine o'clock"),
    ("00:00", "midnight"),
    ("7am", "seven A M"),
    ("6 pm", "six P M"),
    ("12:05 AM", "twelve oh five A M"),
    ("9am-5pm", "nine A M to five P M"),
    ("5–6pm", "five to six P M"),
    ("1:23:45", "one hour twenty-three minutes and forty-five seconds"),
    ("at 14:05:30", "at fourteen oh five and thirty seconds"),
    ("2h30m", "two hours and thirty minutes"),
    ("wait 20s", "wait twenty seconds"),
]
UNITS = [
    ("5 km/h", "five kilometers per hour"),
    ("1 km", "one kilometer"),
    ("20 °C", "twenty degrees Celsius"),
    ("72°F", "seventy-two degrees Fahrenheit"),
    ("a 90° turn", "a ninety degrees turn"),
    ("3.5 GHz", "three point five gigahertz"),
    ("44.1 kHz", "forty-four point one kilohertz"),
    ("16-bit", "sixteen bit"),
    ("512 MB", "five hundred twelve megabytes"),
    ("100 Mbps", "one hundred megabits per second"),
    ("5 ft. tall", "five feet tall"),
    ("It is 5 ft.", "It is five feet."),
    ("180 lbs", "one hundred eighty pounds"),
    ("6'2\" tall", "six foot two tall"),
    ("50%", "fifty percent"),
    ("10-20%", "ten to twenty percent"),
    ("-12 dB", "minus twelve decibels"),
    ("5 million km", "five million kilometers"),
    ("20 m²", "twenty square meters"),
    ("9.8 m/s²", "nine point eight meters per second squared"),
    ("350ms", "three hundred fifty milliseconds"),
    ("1 h 5 min", "one hour five minutes"),
    ("100 kΩ", "one hundred kilohms"),
    ("5 in the morning", "five in the morning"),
    ("in MB", "in megabytes"),
    ("4K", "four K"),
    ("60 fps", "sixty frames per second"),
]
TELEPHONE = [
    ("555-1234", "five five five, one two three four"),
    ("(415) 555-1234", "four one five, five five five, one two three four"),
    ("415-555-1234", "four one five, five five five, one two three four"),
    ("1-800-555-1234", "one, eight hundred, five five five, one two three four"),
    ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
    ("+14155551234", "plus one, four one five, five five five, one two three four"),
    ("call 911", "call nine one one"),
]
ADDRESSES = [
    ("jane.doe@example.com", "jane dot doe at example dot com"),
    ("x_b-c+d@my-host.co.uk", "X underscore B dash C plus D at my dash host dot co dot U K"),
    ("https://www.example.com/docs", "example dot com slash docs"),
    ("https://example.com/a/b?c=d#e", "example dot com"),
    ("<https://example.com>", "example dot com"),
    ("github.com/some/repository", "github dot com"),
    ("docs.python.org", "docs dot python dot org"),
    ("http://127.0.0.1:5000/health", "one two seven dot zero dot zero dot one port five thousand slash health"),
    ("localhost:8080", "localhost port eighty eighty"),
    ("@jane_doe", "at jane doe"),
    ("#VoiceAI", "hashtag Voice A I"),
    ("[the docs](https://example.com/a)", "the docs"),
]
FILES = [
    ("report_final-v2.pdf", "report final version two dot P D F"),
    ("song.wav", "song dot wav"),
    ("main.py", "main dot pie"),
    ("archive.tar.gz", "archive dot tar dot G Z"),
    ("~/Music/my_song.mp3", "my song dot M P three"),
    ("/usr/bin/python3", "python three"),
    ("C:\\folder\\file_name.txt", "file name dot text"),
    ("./run.sh", "run dot S H"),
    ("../data/", "data"),
    (".wav files", "dot wav files"),
    ("meeting_2026-11-23.wav", "meeting November twenty-third twenty twenty-six dot wav"),
    ("README.md", "readme dot M D"),
]
ABBREVIATIONS = [
    ("Dr. Smith", "doctor Smith"),
    ("Dr Smith", "doctor Smith"),
    ("on Mulholland Dr. at night", "on Mulholland drive at night"),
    ("St. John", "saint John"),
    ("in St. Louis", "in saint Louis"),
    ("on Main St. today", "on Main street today"),
    ("Mr. and Mrs. Smith Jr. left", "mister and missus Smith junior left"),
    ("fruit, e.g. apples", "fruit, for example apples"),
    ("cats, dogs, etc.", "cats, dogs, et cetera."),
    ("us vs. them", "us versus them"),
    ("the U.S. Senate", "the U S Senate"),
    ("J. R. R. Tolkien", "J R R Tolkien"),
    ("a Ph.D. student", "a P H D student"),
    ("Fig. 3 on pp. 4–5", "figure three on pages four to five"),
    ("tea w/ milk, w/o sugar", "tea with milk, without sugar"),
    ("Fri., Nov. 17", "Friday, November seventeenth"),
    ("c. 1850", "circa eighteen fifty"),
    ("No. That is all.", "No. That is all."),
]
INITIALISMS = [
    ("the GPU", "the G P U"),
    ("two GPUs", "two G P U's"),
    ("the GPU's fan", "the G P U's fan"),
    ("FAQ", "F A Q"),
    ("NASA", "nasa"),
    ("a JPEG", "a jay peg"),
    ("ChatGPT", "Chat G P T"),
    ("OpenAI", "Open A I"),
    ("macOS", "mac O S"),
    ("SQL and JSON", "S Q L and jason"),
    ("an MP3", "an M P three"),
    ("the H100", "the H one hundred"),
    ("RTX 4090", "R T X forty ninety"),
    ("GPT-4", "G P T four"),
    ("v2.1", "version two point one"),
    ("version 2.1.3", "version two point one point three"),
    ("Python 3.12", "Python three point twelve"),
    ("F# minor", "F sharp minor"),
    ("C++ and C#", "C plus plus and C sharp"),
    ("Bb major", "B flat major"),
    ("UTF-8", "U T F eight"),
    ("1080p", "ten eighty P"),
    ("F-150", "F one fifty"),
    ("R&D", "R and D"),
    ("COVID-19", "covid nineteen"),
    ("DO NOT touch the RED button", "do not touch the red button"),
    ("IT WAS ME", "it was me"),
    ("the IT team", "the I T team"),
    ("vitamin A deficiency", "vitamin A deficiency"),
    ("A dog barks", "a dog barks"),
    ("McDonald and O'Brien", "McDonald and O'Brien"),
]
SIGNS = [
    ("salt & pepper", "salt and pepper"),
    ("2 x 4", "two times four"),
    ('the "&" sign', "the and sign"),
    ("8) eighth (1.5)", "eight, eighth, one point five"),
    ("Windows XP", "Windows X P"),
    ("2 + 2 = 4", "two plus two equals four"),
    ("5 - 3", "five minus three"),
    ("3 × 4 ÷ 2", "three times four divided by two"),
    ("2*3=6", "two times three equals six"),
    ("7-3=4", "seven minus three equals four"),
    ("x² + y²", "X squared plus Y squared"),
    ("E=mc²", "E equals M C squared"),
    ("5 > 3", "five is more than three"),
    ("2πr", "two pi R"),
    ("x → y", "X to Y"),
    ("snake_case and camelCase", "snake case and camel Case"),
    ("`getUserName()`", "get User Name"),
    ("MAX_VALUE", "max value"),
    ("**bold** _it_", "bold it"),
    ("<b>bold</b> &amp; plain", "bold and plain"),
    ("yes 😀 👨‍👩‍👧 no", "yes no"),
    (":-) <3 ¯\\_(ツ)_/¯ ===== -----", ""),
    ("a\x00b\u200bc", "abc"),
    ("“smart” ‘quotes’ don’t", "smart quotes don't"),
    ("word[1]", "word"),
    ("file(s)", "files"),
    ("b3f9c2e1", "B three F nine C two E one"),
    ("and/or", "and or"),
    ("input/output", "input slash output"),
]
MARKS = [
    ("Well — yes (no), “really?” and so…", "Well— yes, no, really? and so…"),
    ("yes—no, yes,no", "yes— no, yes, no"),
    ("one. two", "one. two"),
    ("what?! Wow!!!", "what? Wow!"),
    ("word -- word - word", "word— word— word"),
    ("It ends.Next", "It ends. Next"),
    ("wait ... what", "wait… what"),
    ("a . b , c", "a. B, C"),
    ("(an aside) follows", "an aside, follows"),
    ("it ends (so).", "it ends, so."),
]
SCRIPTS = [
    ("Привет, мир", "Privet, mir"),
    ("你好，世界", "Ni Hao, Shi Jie"),
    ("Ελλάδα", "Ellada"),
    ("١٢ يوم", "twelve ywm"),
    ("naïve café Größe", "naïve café Größe"),
    ("Nguyễn Phở", "Nguyen Pho"),
    ("a\u0301", "á"),
    ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
    ("नमस्ते", "nmste"),
]
TABLE = (
    NUMBERS + ROMAN + MONEY + DATES + TIMES + UNITS + TELEPHONE + ADDRESSES + FILES + ABBREVIATIONS + INITIALISMS
    + SIGNS + MARKS + SCRIPTS
)  # fmt: skip


def said(text: str, known: frozenset[str] = frozenset()) -> str:
    """All that is said for a text."""
    return " ".join(r.spoken for r in readings(text, known) if r.spoken)


@pytest.mark.parametrize(("written", "spoken"), TABLE)
def test_what_is_written_is_said_as_a_person_would(written, spoken):
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), TABLE)
def test_what_is_said_is_said_alike_when_it_is_written_out(written, spoken):
    assert said(spoken) == spoken


def test_words_stand_on_the_written_words_that_they_belong_to():
    assert [r.spoken for r in readings("It cost $3.5 million on Nov 23, 2026, at 10:30 p.m. sharp.")] == [
        "It", "cost", "three point five", "million dollars", "on", "November", "twenty-third,", "twenty twenty-six,",
        "at", "ten thirty", "P M", "sharp.",
    ]  # fmt: skip


def test_a_mark_that_stands_alone_goes_to_the_word_before_it():
    assert readings("yes — no ?") == [Reading("yes", "yes—"), Reading("—", ""), Reading("no", "no?"), Reading("?", "")]


def test_words_that_the_user_has_told_the_pronunciation_of_stay():
    known = frozenset({"sql", "gif", "dr"})
    assert said("Dr. SQL likes the GIF, the GPU.", known) == "Dr. SQL likes the GIF, the G P U."


@pytest.mark.parametrize("text", ["", " ", "\n\t", "…", "?!", "—", "😀", "\x00", "\u200d", "\ue000", "***", "( )"])
def test_what_nobody_says_gives_nothing(text):
    assert said(text) == ""
    assert [r.written for r in readings(text)] == text.split()


def test_a_hundred_and_fifty_pairs_at_least():
    assert len(TABLE) >= 150
