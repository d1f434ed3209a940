"""Regular expressions for words in the names of rounds, in the languages of the big leagues, and their use.

The patterns of groups and legs are for names as written. All others are for lower case text without accents,
as returned by `plain`.
"""

import re
import unicodedata
from dataclasses import dataclass, replace


def _any_of(*words: str, ignore_case: bool = False) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})(?!\w)", re.IGNORECASE if ignore_case else 0)


_SEPARATOR = re.compile(r"\s+-\s*|\s*-\s+|-(?=\d+$)|\s*[,;:|]\s*")
_DAY = (
    r"(?:match ?day|md|game ?week|gw|week|spieltag|jornada|fecha|giornata|journ[eé]e|rodada"
    r"|speelronde|speeldag)"
)
_ENDING = r"(?:\.|\.?[aª]|\.?[oº]|e|er|[eè]re|[eè]me|st|nd|rd|th)"  # of an ordinal number
# A whole part of a name: "7", "Matchday 7", "Round 7", "7. Spieltag", "7a giornata", "7eme journee".
_NUMBER = re.compile(rf"(?:(?:{_DAY}|round|no\.?)? ?#?\d{{1,3}}\.?|\d{{1,3}}{_ENDING}? ?{_DAY})")
_NUMBER_AT_END = re.compile(rf" (?:{_DAY} ?\d{{1,3}}|\d{{1,3}}{_ENDING}? ?{_DAY})$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:/\d\d){0,2}\b")
_GROUP_WORDS = "group|gruppe|grupo|groupe|gruppo|girone|groep|poule|pool|zone|zona|grp\\.?|gr\\."
GROUP = re.compile(rf"\b(?:{_GROUP_WORDS})[ _]([a-z]\d?|\d{{1,2}}[a-z]?|[ivx]{{1,4}})\b", re.IGNORECASE)
# First and second leg of a tie.
LEGS = (
    _any_of(
        *(r"(?:1st|first|1\.)[ -]leg", "leg (?:1|one)", "hinspiele?", "ida", "andata", "aller"),
        *("(?:1[aª]|primeira) m[aã]o", "heenwedstrijd"),
        ignore_case=True,
    ),
    _any_of(
        *(r"(?:2nd|second|return|2\.)[ -]leg", "leg (?:2|two)", "r(?:ü|u|ue)ckspiele?", "vuelta", "ritorno"),
        *("retour", "(?:2[aª]|segunda) m[aã]o", "volta", "terugwedstrijd"),
        ignore_case=True,
    ),
)

FRIENDLY = _any_of(
    *(r"friendl(?:y|ies)", r"testspiel\w*", r"freundschaftsspiel\w*", r"vriendschappelijk\w*"),
    *(r"oefenwedstrijd\w*", "amistosos?", "amichevol[ei]", "match(?:es|s)? amica(?:l|ux)"),
)
HALF = re.compile(
    r"\b(?:torneo )?(apertura|clausura|opening|closing)\b(?: stage| phase)?(?! (?:round|match|game))"
)
REGULAR = _any_of(
    *("regular (?:season|stage|phase)", "grunddurchgang", "temporada regular", "fase regular"),
    *("saison reguliere", "stagione regolare", "reguliere competitie"),
)
LEAGUE_PHASE = _any_of(
    *("league (?:stage|phase)", "liga-?phase", "fase (?:de )?liga", "phase de ligue", "fase campionato"),
    "competitiefase",
)
GROUP_STAGE = _any_of(
    *("groups?(?: stage| phase)?(?: \\d)?", r"gruppen(?:phase|spiele)(?: \d)?", "vorrunde", "fase de grupos"),
    *("fase a gironi", "phase de (?:groupes|poules)", "groepsfase", "poulefase"),
)
# A "final round" is often played as a league.
_FINAL_ROUND = _any_of(
    *("final (?:round|group|stage|phase|league|series)", "(?:fase|phase) finale?", "finalrunde")
)
_KNOCKOUT = _any_of(
    *(r"\S*fina(?:l|le|les|li|ls|lis|is|lissima|lspiel)", "semis", "qf", "sf", "endspiel"),
    *(r"(?:round of|last) (?:\d+|eight|sixteen|thirty-two)", "1/(?:2|4|8|16|32|64|128)"),
    *("knock-?outs?", r"k\.?-?o\.?(?:-?(?:runde|phase|ronde)| round| stage| phase)?"),
    *("elimination (?:round|stage)", "eliminacion directa", "eliminazione diretta", "mata-mata"),
    # the last 16, 8 and 32 in Spanish, Italian, French and Portuguese
    *("octavos", "cuartos", "dieciseisavos", "ottavi", "quarti", "sedicesimi", "huitiemes", "quarts"),
    *("seiziemes", "oitavas", "oitavos", "quartas", "quartos", "dez[ae]sseis[ -]avos"),
    # the match for third place
    *(r"(?:3rd|third|3\.)[ -]place", "platz (?:3|drei)", "tercer (?:puesto|lugar)", "terzo posto"),
    *("terceiro lugar", "troisieme place", "3e place", "derde plaats", "troostfinale", "bronze"),
    *("reclasificacion", "repechaje", "repesca(?:gem)?", "play-?in"),
)
PLAY_OFF = _any_of(
    *("play[ -]?(?:offs?|outs?)", "decider", "barrages?", "spareggi(?:o)?", "nacompetitie", "desempate"),
    *("(?:relegations|aufstiegs|abstiegs|entscheidungs)spiele?", r"beslissingswedstrijd\w*", "relegation$"),
)
# Words that name the aim of play-offs.
PROMOTION = _any_of(
    *(r"promotion\w*", r"aufstieg\w*", "ascenso", "accession", "promozione", "acesso", "nacompetitie")
)
RELEGATION = _any_of(
    *(r"relegation\w*", r"abstieg\w*", "descenso", "permanencia", "salvezza", "maintien"),
    *(r"degradatie\w*", "nacompetitie", "play[ -]?outs?"),
)
EUROPE = _any_of(r"europ\w*", "conference league")
QUALIFYING = _any_of(r"(?:pre|vor)?quali\w*", "prelimin(?:ary|ar|aire)", "previa")
# The parts of a league that splits.
_PART = "(?:round|group|split|poule)"
UPPER = _any_of(
    *(f"champion(?:ship|s|s'|'s)? {_PART}", f"title {_PART}", "meister(?:schafts)?(?:gruppe|runde)"),
    *("top six", f"upper (?:table )?{_PART}", "mesterskabsspil", "kampioens(?:groep|poule)"),
)
MIDDLE = _any_of(rf"(?:europ\w*|conference league|europa league) {_PART}")
LOWER = _any_of(
    *(f"relegation {_PART}", "abstiegs(?:gruppe|runde)", "qualifikationsgruppe", "bottom six"),
    *(f"lower (?:table )?{_PART}", "kvalifikationsspil", "degradatie(?:groep|poule)"),
)
_ORDINAL = rf"(?:\d{{1,2}}{_ENDING}|first|second|third|fourth|fifth|sixth|seventh|eighth)"
_ROUND = "(?:round|(?:haupt)?runde|ronda|ronde|tour|turno|eliminatoria)"
NUMBERED_ROUND = re.compile(rf"(?:{_ORDINAL} {_ROUND}|(?:round|runde) [a-z]+)(?: proper| replays?)?")
HAS_NUMBER = re.compile(rf"\b(?:{_ORDINAL}(?=\s)|{_ROUND} \d)")


def plain(words: str) -> str:
    """Return the words in lower case, without accents and underscores, with single spaces."""
    spaced = (
        words.replace("_", " ").replace("\N{EN DASH}", "-").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    letters = unicodedata.normalize("NFKD", spaced)
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).casefold().split())


@dataclass(frozen=True, slots=True)
class RoundWords:
    """Parts of the name of a round.

    `name` is the name as written, but without group, leg and number. `rest` is the same text in the form that
    `plain` returns, also without the year and the half of the season (e.g. Clausura).
    """

    rest: str
    name: str
    numbered: bool  # it has the number of a matchday
    group: str
    half: str  # e.g. Clausura

    @property
    def is_knockout(self) -> bool:
        if self.numbered and self.rest in ("final", "finals"):
            return False  # "Finals - 11" is a matchday
        return _KNOCKOUT.search(_FINAL_ROUND.sub("", self.rest)) is not None

    def with_fields(self, *, numbered: bool, group: str, name: str) -> "RoundWords":
        """Return a copy with values from other fields of the source. A given group or name has priority."""
        return replace(
            self, numbered=self.numbered or numbered, group=group or self.group, name=name or self.name
        )


def take_apart(label: str) -> RoundWords:
    """Return the parts of a round's name."""
    parts = [part.strip() for part in _SEPARATOR.split(label) if part.strip()]
    named = [part for part in parts if not _NUMBER.fullmatch(plain(part))]
    name, numbered = " - ".join(named), len(named) < len(parts)
    if ends := _NUMBER_AT_END.search(name):
        name, numbered = name[: ends.start()], True
    found = GROUP.search(name)
    for pattern in (GROUP, *LEGS):
        name = pattern.sub("", name)
    name = " ".join(name.replace("()", "").split()).strip(" -")
    rest = _YEAR.sub("", plain(name))
    half = HALF.search(rest)
    return RoundWords(
        rest=" ".join(HALF.sub("", rest).replace(" - ", " ").split()).strip(" -"),
        name=name,
        numbered=numbered,
        group=found[1].upper() if found else "",
        half=half[1].capitalize() if half else "",
    )


def leg_of(label: str) -> int | None:
    """Return 1 or 2 if the name contains the leg of a tie ("Semi-final 1st leg", "Halbfinale Rückspiel")."""
    first, second = (pattern.search(label) is not None for pattern in LEGS)
    return None if first == second else 1 if first else 2
