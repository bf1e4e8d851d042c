"""The noun behind a percentage or a multiple: "a 134 % jump in customers", "47 % of UPI transactions"."""

from paysignal.sources.article.scene import Scene
from paysignal.sources.article.topics import Topic
from paysignal.sources.article.vocabulary import Mark

_BEFORE_GROWTH = frozenset(
    {"annual", "annualised", "sequential", "yearly", "quarterly", "organic", "net", "total", "-"}
)
#: Words between "a 14 % growth in" and its noun.
_BEFORE_NOUN = frozenset({
    "in", "of", "the", "its", "total", "monthly", "annual", "annualised", "their", "active", "new", "net", "number",
    "average", "daily", "weekly", "quarterly", "overall", "our", "gross", "adjusted", "unique", "reported", "organic",
    "global", "worldwide", "combined",
})  # fmt: skip
_PAYMENT_MARKETS = frozenset(
    {"payment", "payments", "wallet", "wallets", "upi", "acquiring", "card", "cards", "remittance", "bnpl", "money"}
)
#: Verbs of having a part of what others have too.
_SHARING = frozenset({
    "accounted", "accounts", "accounting", "commands", "commanded", "captured", "captures", "had", "has", "held",
    "holds", "handled", "handles", "processed", "processes", "processing", "controls", "controlled", "with",
    "represented", "represents", "cornered", "made",
})  # fmt: skip
#: Words that are looked at behind a figure.
REACH = 7
#: Wordings of payments, whose "valued at" is their value and no valuation.
PAID_WORDS = frozenset({"transactions", "payments", "transaction_value", "volume"})


def _of_market(scene: Scene, at: int) -> bool:
    """Whether "of the ... market" follows: a share of a market of payments is one."""
    for end in range(at, at + REACH):
        if scene.norm(end) == "market":
            return bool(_PAYMENT_MARKETS & set(scene.tokens.norms[at:end]))
    named = scene.start_at.get(("measure", at - 1)) or scene.start_at.get(("measure", at))
    return named is not None and named.value == "market_share"


def _share_of_paid(scene: Scene, at: int) -> bool:
    """As in "PhonePe accounted for 47 % of UPI transactions": a part of what one rail or country pays with."""
    provider = next((mark for mark in scene.marks("provider") if mark.end <= at), None)
    if provider is None or not any(_SHARING & {scene.norm(one)} for one in range(provider.end, at)):
        return False
    end = at + 1
    rail = None
    while end <= at + REACH:
        for category in ("provider", "market"):
            mark = scene.start_at.get((category, end))
            rail = mark if mark is not None and mark.value != provider.value else rail
        measure = scene.start_at.get(("measure", end))
        if measure is not None:
            whole = rail is not None or any(scene.start_at.get(("market", measure.end + one)) for one in (1, 2))
            return whole and measure.value in PAID_WORDS
        if scene.norm(end) in {"its", "their", "our", ",", "and"}:
            return False
        end += 1
    return False


def behind_ratio(scene: Scene, at: int, *, figure_times: bool) -> Topic | None:
    """The topic that the words behind a percentage tell, from the token behind it on."""
    other = scene.start_at.get(("other", at))
    if other is not None:
        return Topic("other", other.value, "noun behind", other)
    if scene.norm(at) == "respectively" and scene.norm(at + 1) == "of":
        at += 1
    if scene.norm(at) == "of":
        return _part_of(scene, at)
    by = scene.start_at.get(("measure", at))
    if by is not None and (scene.norm(at) in {"by", "in"} or by.value == "market_share"):
        return Topic("measure", by.value, "noun behind", by)
    if scene.norm(at) in {"the", "as", "its", "their", "our"} and figure_times:
        at += 1
        while scene.norm(at) in {"many", "much", "as", "number", "of", "high", "value"}:
            at += 1
        named = scene.start_at.get(("measure", at))
        if named is not None:
            return Topic("measure", named.value, "noun behind", named)
    return _grown(scene, at)


def _part_of(scene: Scene, at: int) -> Topic:
    """What a part is of: a share of what is paid, or a mix that is no measure."""
    if _of_market(scene, at + 1) or _share_of_paid(scene, at):
        return Topic("measure", "market_share", "noun behind")
    last = next((mark.end for mark in scene.marks("measure") if at < mark.start <= at + 4), at + 1)
    return Topic("other", "mix", "noun behind", Mark("other", "mix", at, last))


def _grown(scene: Scene, at: int) -> Topic | None:
    """The measure behind words of growth: "a 14 % year-on-year growth in active users"."""
    nouns = 0
    for _ in range(REACH + 2):
        mark = scene.start_at.get(("measure", at)) or scene.start_at.get(("other", at))
        if mark is not None:
            return Topic(mark.category, mark.value, "noun behind", mark) if _owned(scene, mark, nouns) else None
        rise = scene.start_at.get(("rise", at)) or scene.start_at.get(("fall", at))
        end = rise.end if rise is not None else _passed(scene, at)
        if not end and scene.norm(at) not in (_BEFORE_NOUN if nouns else _BEFORE_GROWTH):
            return None
        nouns, at = nouns + (rise is not None), end or at + 1
    return None


def _passed(scene: Scene, at: int) -> int:
    """The end of a comparison or a name that starts at a token; 0 when none does."""
    compared = next((one.end for one in scene.times.compared if one.start == at), 0)
    names = (scene.start_at[one, at].end for one in ("provider", "market", "segment") if (one, at) in scene.start_at)
    return compared or next(names, 0)


def _owned(scene: Scene, mark: Mark, nouns: int) -> bool:
    """A measure behind a percentage is its own when a word of growth stands between, or right behind it."""
    if nouns:
        return True
    after = scene.start_at.get(("rise", mark.end)) or scene.start_at.get(("fall", mark.end))
    return after is not None and after.value == "noun"
