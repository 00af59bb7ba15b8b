"""What storeys are called in some forty languages, as patterns for texts in lower case.

Each pattern is tried on the text as it is and on the text without accents.
"""

from __future__ import annotations

from typing import Final

BELOW: Final = (
    r"basement|cellar|keller|untergeschoss|\b\d?ug\d?\b|\bkg\b|souterrain|sous[ -]?sol|sotano|cantina|kelder|"
    r"tiefparterre|underground|lower ground|\bcave\b|interrato|scantinato|subsolo|subsuelo|porao|piwnic|suteren|"
    r"sklep\b|pivnic|\d ?\.? ?pp\b|\bpince|alagsor|subsol|demisol|podrum|\bklet\b|bodrum|kaelder|kjeller|kellari|"
    r"underetasje|kallare|подвал|підвал|цокол|сутерен|rusys|pagrab|υπογειο|קומת מרתף|מרתף|قبو|بدروم|tang ham|"
    r"bawah tanah|地下|地階|지하"
)
"""Storeys under ground."""

LOWER: Final = r"\blower\b"
"""Storeys under the main one, which may lie under ground."""

GROUND: Final = (
    r"ground|erdgeschoss|parterre|rez[ -]?de[ -]?chauss|\brdc\b|planta[ -]?baja|piano[ -]?terra|pianterreno|terreo|"
    r"res[ -]do[ -]chao|begane|stuen|stueplan|parter\b|\beg\b|\bgf\b|\bmain\b|downstairs|przyziemie|prizemi|foldszint|"
    r"prizemlj|pritlicj|zemin|entreplan|botten(?:vaning|plan)|hove?detasje|hovedplan|партер|ισογειο|"
    r"קומת קרקע|الأرضي|الارضي|tang tret|lantai dasar|首层"
)
"""Storeys at the ground."""

BETWEEN: Final = r"mezzanin|zwischengeschoss|entresol|entrepiso|entreplanta|ammezzato|антресол|夹层|中二階"
"""Half storeys over the ground."""

UPPER: Final = (
    r"obergeschoss|\bog\b|pietro|\bupper\b|upstairs|bovenverdieping|overvaning|overetasje|planta alta|"
    r"^(?:plan (?:de )?(?:l')?)?etage$|\bemelet|poschodi"
)
"""Storeys over the ground, the first if no number says another."""

TOP: Final = (
    r"attic|dachgeschoss|mansard|comble|\batico|soffitta|sottotetto|zolder|\bdg\b|\bloft\b|penthouse|poddasze|strych|"
    r"podkrov|potkrovlj|tetoter|padlas|sotao\b|cati kat|ullakko|vindsvaning|vindsplan|мансард|чердак|горищ|"
    r"σοφιτα|עליית גג|阁楼|屋根裏|다락"
)
"""Storeys under the roof."""

ORDINALS: Final = (
    (
        r"first|erstes|premier|primera?|primo|primeiro|eerste|forste|forsta|первы|перши|prvni|pierwsz|[一壹](?=[层階])",
        1,
    ),
    (r"second|zweites|deuxi|segund|secondo|tweede|второ|другии|друго|druh|drugi|[二贰](?=[层階])", 2),
    (r"third|drittes|troisi|tercer|terzo|terceiro|derde|трет|treti|trzeci|三(?=[层階])", 3),
    (r"fourth|viertes|quatri|cuart|quarto|vierde|четв|ctvrt|czwart|四(?=[层階])", 4),
    (r"fifth|funftes|cinqui|quint|vijfde|пяты|п'ят|五(?=[层階])", 5),
)
"""Numbers in words."""

ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
"""Numbers of storeys as letters."""

COUNTED: Final = r"этаж|поверх|kerros|etasje|[层階층]|\d ?\.? ?np\b|nadzemn|lantai|aukstas|stavs|korrus"
"""Storeys that are counted from 1 at the ground."""

STOREY: Final = (
    r"floor|stor(?:e?y|ies)|level|etage|étage|geschoss|geschoß|\b\d?og\d?\b|ebene|planta|piano|\bpiso\b|pavimento|andar\b|"
    r"verdieping|plan\b|niveau|nivel|livello|\bstock\b|vaning|våning|sal\b|pietro|piętro|patro|poschodi|emelet|etaj|"
    r"\bkat\b|nadstropje|nadstropj|етаж|οροφο[ςσ]|קומה|طابق|الدور|\btang\b|tầng|"
) + COUNTED
"""Words that need a number to tell which storey it is."""
