"""Words that a language model may write only by references to facts, and words that no fact supports."""

import re

from content.roundups.references.documents import COUNTS, FactKind
from content.roundups.references.forms import unit
from content.text import numbers


def _any_of(patterns: str) -> re.Pattern[str]:
    words = "|".join(each.strip() for each in patterns.split(","))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


# The longest first, so that "twenty-one" is found as a whole.
NUMBER = _any_of(
    ",".join(sorted(numbers.WORDS, key=len, reverse=True))
    + ", millions?, zeros?, thirds?, dozens?, hundreds?, thousands?, single, sole"
)
WITHOUT_NUMBER = _any_of("no one, one another")  # the only phrases with a number word
RESULT = _any_of(
    """beat(?:en|s|ing)?, w[io]n, wins, winn(?:ers?|ing), victor(?:y|ies|s)?, unbeaten, winless,
    lo(?:se[sr]?|st), losing, loss(?:es)?, defeat(?:s|ed)?, drew, draws?, drawn, level(?:led)?, tied?,
    lead(?:s|ers?|ing)?, led, top(?:s|ped|ping)?, ahead, behind, bottom, advanc(?:e|es|ed),
    climb(?:s|ed|ing)?, rise[sn]?, rose,
    drop(?:s|ped)?, f[ae]ll(?:s|en)?, moved? (?:up|down), right, wrong(?:ly)?, correct(?:ly)?, exact(?:ly)?,
    upsets?, thrash(?:ed|es)?, held, edged, go(?:es)? through, went through, goes out, eliminat(?:e|es|ed),
    qualif(?:y|ies|ied), no one, no(?:body|ne), neither, every(?:one|body),
    unanimous(?:ly)?, all (?:of|the)"""
)
# Events, people and places of a match, which the facts never contain.
UNSUPPORTED = _any_of(
    """minutes?, half-?time, headers?, headed, penalty, red cards?, yellow cards?, injur(?:y|ies|ed),
    substitut(?:e|es|ion), referees?, coach(?:es)?, managers?, strikers?, goalkeepers?, keepers?, defenders?,
    midfielders?, captains?, stadiums?, crowd, fans?, weather, var, offside, corners?, free[ -]kicks?,
    own goals?, hat-?tricks?, scorers?, goalscorers?, equali[sz]\\w+, assist(?:s|ed)?"""
)
MARKUP = re.compile(r"[<>\[\]`*_#|~\\]|&\w+;")
NUMERIC = re.compile(r"[\d\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218b\u2460-\u249b]+")
INNER_WORD = re.compile(r"(?<=[\w,;:)\0] )[^\W\d_][\w'-]*")  # a word that is not the first of its sentence
UNIT_OF = {
    **{word: kind for kind in COUNTS for word in (unit(kind, 1), unit(kind, 2))},
    **{
        "game": FactKind.MATCHES,
        "games": FactKind.MATCHES,
        "per": FactKind.PER_CENT,
        "percent": FactKind.PER_CENT,
    },
}


def name_in(text: str) -> str | None:
    """Return the first word with a capital that is not the first word of the sentence, or None."""
    inner = (found[0] for found in INNER_WORD.finditer(text))
    return next((word for word in inner if word[0].isupper() and word != "I"), None)
