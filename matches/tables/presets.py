"""Rules of well-known competitions, each with its source and a note about rules that are not applied. Pure.

No preset contains disciplinary points, coefficients, rankings, deciding matches or drawn lots: they are not
recorded here. Teams that are level by the rules of a preset share a position until an operator enters the
order that the competition decided (as drawn lots). docs/tables.md shows this list; a test compares the two.
"""

from dataclasses import dataclass, field
from typing import Any

from matches.tables.rules import TableRules, TieBreaker

_T = TieBreaker
_OVERALL = (_T.GOAL_DIFFERENCE, _T.GOALS)
_HEAD_TO_HEAD = (_T.HEAD_TO_HEAD_POINTS, _T.HEAD_TO_HEAD_GOAL_DIFFERENCE, _T.HEAD_TO_HEAD_GOALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Rules of one competition. `note` describes rules that are uncertain or not applied.

    `carries` and `carries_record` apply to a stage that takes points along from another one, `compared_place`
    and `compared_through` to a stage with groups. If a season splits, the same preset is applied to both
    stages; the first one carries nothing, because no stage precedes it. `through_places` and
    `relegation_places` leave out places that lead to a play-off (sources: docs/tables.md).
    """

    slug: str
    title: str
    tie_breakers: tuple[TieBreaker, ...]
    source: str
    note: str
    points: dict[str, int] = field(default_factory=dict)
    away_goals: bool = False
    carries: str = "nothing"
    carries_record: bool = False
    compared_place: int | None = None
    compared_through: int | None = None
    through_places: int | None = None
    relegation_places: int | None = None

    @property
    def rules(self) -> TableRules:
        return TableRules(**self.points, tie_breakers=self.tie_breakers, head_to_head_when_complete=True)

    def columns(self) -> dict[str, Any]:
        """Return the preset's values for the columns of a Stage, except those about carried points."""
        rules = self.rules
        return {
            "points_win": rules.win,
            "points_draw": rules.draw,
            "points_loss": rules.loss,
            "points_shootout_win": rules.shootout_win,
            "points_shootout_loss": rules.shootout_loss,
            "tie_breakers": [rule.value for rule in rules.tie_breakers],
            "head_to_head_when_complete": rules.head_to_head_when_complete,
            "away_goals": self.away_goals,
            "compared_place": self.compared_place,
            "compared_through": self.compared_through,
            "through_places": self.through_places,
            "relegation_places": self.relegation_places,
        }


PRESETS = (
    Preset(
        slug="fifa-2022",
        title="FIFA World Cup groups, up to 2022",
        tie_breakers=(*_OVERALL, *_HEAD_TO_HEAD),
        through_places=2,
        source="https://sportstar.thehindu.com/football/fifa-world-cup/faqs/teams-same-points-group-stage-tiebreak-rules-qatar-2022/article66185746.ece",
        note="Then fair play points and lots. The source is about 2022; older tournaments were not compared.",
    ),
    Preset(
        slug="fifa-2026",
        title="FIFA World Cup groups, 2026 (48 teams)",
        tie_breakers=(*_HEAD_TO_HEAD, *_OVERALL),
        compared_place=3,
        compared_through=8,
        through_places=2,
        source="https://newsscope.news/article/342748/world-cup-2026-third-place-table-who-has-qualified-and-who-needs-what",
        note="Then the conduct score and FIFA rankings. The regulations apply head-to-head again to teams"
        " that stay level (quoted at https://manifold.markets/Tripping/which-teams-will-win-their-group-at).",
    ),
    Preset(
        slug="uefa-euro",
        title="UEFA EURO groups (24 teams)",
        tie_breakers=(*_HEAD_TO_HEAD, *_OVERALL, _T.WINS),
        compared_place=3,
        compared_through=4,
        through_places=2,
        source="https://www.uefa.com/euro2024/news/028e-1b3221d55b32-0a95528a80d5-1000--uefa-euro-2024-best-third-placed-teams/",
        note="Then disciplinary points and the ranking of the qualifiers; a shootout between two teams that"
        " meet in their last match is not applied either. The source describes the order of third-placed"
        " teams in 2024; earlier tournaments were not compared.",
    ),
    Preset(
        slug="uefa-club-groups-2020",
        title="UEFA club groups, up to 2020/21 (with away goals)",
        tie_breakers=(
            *_HEAD_TO_HEAD,
            _T.HEAD_TO_HEAD_AWAY_GOALS,
            *_OVERALL,
            _T.AWAY_GOALS,
            _T.WINS,
            _T.AWAY_WINS,
        ),
        away_goals=True,
        through_places=2,
        source="https://www.thescottishsun.co.uk/sport/football/1931171/champions-league-rules-head-to-head-goal-difference/",
        note="Then disciplinary points and the club coefficient. Also sets the away goals rule of two-legged"
        " ties. The rules after goals differ between sources and seasons.",
    ),
    Preset(
        slug="uefa-club-groups",
        title="UEFA club groups, 2021/22 to 2023/24",
        tie_breakers=(*_HEAD_TO_HEAD, *_OVERALL, _T.AWAY_GOALS, _T.WINS, _T.AWAY_WINS),
        through_places=2,
        source="https://dknation.draftkings.com/2022/11/1/23431473/champions-league-2022-group-stage-tiebreakers-rules-goal-differential-head-to-head-points-standings",
        note="Then disciplinary points and the club coefficient.",
    ),
    Preset(
        slug="uefa-league-phase",
        title="UEFA league phase, from 2024/25",
        tie_breakers=(
            *_OVERALL,
            _T.AWAY_GOALS,
            _T.WINS,
            _T.AWAY_WINS,
            _T.OPPONENTS_POINTS,
            _T.OPPONENTS_GOAL_DIFFERENCE,
            _T.OPPONENTS_GOALS,
        ),
        through_places=8,
        source="https://www.uefa.com/uefachampionsleague/news/0291-1bd88ae04870-e1e038c319e3-1000--champions-league-league-phase-standings-how-teams-level-on-/",
        note="Then disciplinary points and the club coefficient. As in the regulations, the rules about"
        " opponents count only after the last match.",
    ),
    Preset(
        slug="premier-league",
        title="Premier League, from 2019/20",
        tie_breakers=(*_OVERALL, _T.HEAD_TO_HEAD_POINTS, _T.HEAD_TO_HEAD_AWAY_GOALS),
        relegation_places=3,
        source="https://www.the-star.co.ke/sports/football/2019-07-17-premier-league-announce-new-rule-for-the-upcoming-season/",
        note="Then a play-off. In the regulations head-to-head decides only about the title, relegation and"
        " European places; here it decides about every position.",
    ),
    Preset(
        slug="bundesliga",
        title="Bundesliga and 2. Bundesliga",
        tie_breakers=(*_OVERALL, _T.HEAD_TO_HEAD_GOAL_DIFFERENCE, _T.HEAD_TO_HEAD_AWAY_GOALS),
        relegation_places=2,
        source="https://www.bundesliga.com/de/bundesliga/news/meisterschaft-bundesliga-punkt-tor-gleich-kriterien-torverhaltnis-direkter-vergleich-2921",
        note="Then away goals of all matches and a deciding match. Away goals are left out, because while a"
        " direct match is still to be played only the first two rules count.",
    ),
    Preset(
        slug="la-liga",
        title="La Liga",
        tie_breakers=(*_HEAD_TO_HEAD[:2], *_OVERALL),
        relegation_places=3,
        source="http://nuestraliga.com/foro/index.php?topic=18170.msg945890",
        note="Then fair play points and a deciding match. The source quotes the regulations of the Spanish"
        " federation; newer editions were not compared.",
    ),
    Preset(
        slug="serie-a",
        title="Serie A, from 2022/23",
        tie_breakers=(*_HEAD_TO_HEAD[:2], *_OVERALL),
        relegation_places=3,
        source="https://monza-news.it/news/349816917510/serie-a-la-regolamentazione-sull-arrivo-dei-club-a-pari-punti-i-criteri-previsti",
        note="Then lots. Deciding matches about the title and about the 17th place are not applied. It is"
        " not known how the league orders teams before their last direct match; here head-to-head waits.",
    ),
    Preset(
        slug="ligue-1",
        title="Ligue 1 and Ligue 2, from 2017/18",
        tie_breakers=(
            _T.GOAL_DIFFERENCE,
            *_HEAD_TO_HEAD,
            _T.HEAD_TO_HEAD_AWAY_GOALS,
            _T.GOALS,
            _T.AWAY_GOALS,
        ),
        relegation_places=2,
        source="https://maligue2.fr/2024/05/09/ligue-2-comment-departager-deux-equipes-a-egalite-de-points-a-lissue-de-la-38e-journee",
        note="Then fair play points. It is not known how the league orders teams before their last direct"
        " match; here head-to-head waits.",
    ),
    Preset(
        slug="liga-mx",
        title="Liga MX, Apertura and Clausura",
        tie_breakers=(*_OVERALL, _T.HEAD_TO_HEAD_POINTS, _T.AWAY_GOALS),
        source="https://visualfoodie.com/liga-mx-standings-tiebreaker-rules-explained",
        note="Then fair play points and lots. The source is a blog; the regulations were not compared. Each"
        " half of the season is a stage of its own and carries nothing. In the final rounds a level"
        " aggregate is decided by the position in the table, which is not applied.",
    ),
    Preset(
        slug="belgium",
        title="Belgian Pro League, from 2023/24",
        tie_breakers=(_T.EARLIER_POSITION, _T.WINS, *_OVERALL, _T.AWAY_GOALS, _T.AWAY_WINS),
        carries="half_up",
        source="https://sportnieuws.nl/voetbal/nieuws/jupiler-pro-league-or-play-offs-in-belgie-halvering-van-punten-en-ticketverdeling-europees-voetbal-2024031721201588080/",
        note="Play-offs begin with half of the points, rounded up; level teams are ordered by the regular"
        " season. The relegation play-offs carry all points: change Carries there. In 2016/17 half a point"
        " gained by rounding counted first (unrounded_points), then wins. The order of the regular season is"
        " from https://infokontak.com/pl/Eerste_klasse_(2014/2015).",
    ),
    Preset(
        slug="denmark",
        title="Danish Superliga",
        tie_breakers=(*_OVERALL, _T.AWAY_GOALS, _T.HEAD_TO_HEAD_POINTS),
        carries="full",
        carries_record=True,
        source="https://politiken.dk/sport/fodbold/superligaen/art6513068/Overblik-S%C3%A5dan-tr%C3%A6kker-Br%C3%B8ndby-eller-FC-Midtjylland-sig-sejrrigt-ud-af-vildt-tilspidset-titelduel",
        note="All points and goals are taken along. The source is of 2018. An article of 2026 names"
        " head-to-head first (https://campo.dk/2026/02/15/hvad-sker-der-ved-pointlighed-i-superligaen);"
        " reports of 2021 and 2024 name goal difference first. Check the regulations of the season.",
    ),
    Preset(
        slug="scotland",
        title="Scottish Premiership",
        tie_breakers=_OVERALL,
        carries="full",
        carries_record=True,
        source="http://www.sportinglife.com/football/live/league-tables/scottish-premier",
        note="Then a play-off. After 33 matches the league splits in two halves; all points and goals are"
        " taken along. The rules of the league were not compared.",
    ),
    Preset(
        slug="austria",
        title="Austrian Bundesliga, from 2021/22",
        tie_breakers=(
            _T.UNROUNDED_POINTS,
            *_HEAD_TO_HEAD,
            _T.HEAD_TO_HEAD_AWAY_GOALS,
            *_OVERALL,
            _T.WINS,
            _T.AWAY_WINS,
            _T.AWAY_GOALS,
        ),
        carries="half_down",
        carries_record=True,
        source="https://www.ligaportal.at/bundesliga/allgemein-news/11214-vor-dem-saisonfinale-der-admiral-bundesliga-reihung-bei-punktegleichstand",
        note="After 22 matches the points are halved and rounded down; a team that lost half a point ranks"
        " first. Until 2020/21 head-to-head came last. It is not known whether direct matches of the first"
        " 22 rounds count; here they do.",
    ),
)
BY_SLUG = {preset.slug: preset for preset in PRESETS}
