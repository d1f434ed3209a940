"""English words for numbers, and a list of these words."""

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


SPELLED = 10  # in prose, numbers up to here are words


def in_prose(number: int) -> str:
    """Return a number as prose has it, e.g. "seven" or "14"."""
    return cardinal_word(number) if 0 <= number <= SPELLED else str(number)


def ordinal_in_prose(number: int) -> str:
    """Return an ordinal as prose has it, e.g. "seventh" or "14th"."""
    return ordinal_word(number) if 0 < number <= SPELLED else ordinal_digits(number)


# Words that express a number: cardinals, ordinals, and others.
WORDS = frozenset(
    {
        *(cardinal_word(number) for number in range(100)),
        *(ordinal_word(number) for number in range(1, 100)),
        *("nil", "once", "twice", "thrice", "pair", "couple", "double", "treble", "trio", "quartet"),
        *("dozen", "hundred", "thousand", "million", "half", "halves", "quarter", "quarters", "both"),
    }
)
