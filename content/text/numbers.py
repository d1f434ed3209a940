"""Convert numbers to English words and back, for the roundup writers and the fact checker."""

# fmt: off
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
_IRREGULAR = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"}
_IRREGULAR |= {"nine": "ninth", "twelve": "twelfth"}


def cardinal_word(number: int) -> str:
    """Return the word for a number from 0 to 99, e.g. "twenty-one"."""
    if number < 20:
        return _UNITS[number]
    ten, unit = divmod(number, 10)
    return _TENS[ten - 2] + (f"-{_UNITS[unit]}" if unit else "")


def ordinal_word(number: int) -> str:
    """Return the word for an ordinal from 1 to 99, e.g. "twenty-first"."""
    head, dash, last = cardinal_word(number).rpartition("-")
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    else:
        last = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return head + dash + last


def ordinal_digits(number: int) -> str:
    """Return an ordinal in digits, e.g. "1st", "12th", "23rd"."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if number % 100 in (11, 12, 13) else endings.get(number % 10, "th")
    return f"{number}{ending}"


CARDINALS = {cardinal_word(number): number for number in range(100)}
ORDINALS = {ordinal_word(number): number for number in range(1, 100)}
# Words other than numerals that express a number.
COUNTING = {"nil": 0, "once": 1, "twice": 2, "thrice": 3, "pair": 2, "couple": 2, "double": 2, "treble": 3}
COUNTING |= {"trio": 3, "quartet": 4, "dozen": 12, "hundred": 100, "thousand": 1000}
# Words that express a share -> per cent.
SHARES = {"half": 50, "halves": 50, "quarter": 25, "quarters": 75}
