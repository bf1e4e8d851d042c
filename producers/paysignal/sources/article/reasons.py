"""Why a figure is no fact, in words."""

_TOLD = {
    "profit": "is profit or loss, not revenue", "cash": "is of cash", "shares": "is of shares and their price",
    "loans": "is of loans and deposits", "costs": "is a cost", "prices": "is a price or a rate", "limits": "is a limit",
    "shops": "is a shop's turnover", "telecom": "is of a telecom's other business", "durations": "is a length of time",
    "mix": "is neither a growth nor a market share: a part of a mix", "stake": "is the price of a stake",
    "money": "is other money", "per_user": "is a rate per user",
}  # fmt: skip


def told(words: str, topic: str, counted: str = "") -> str:
    """The reason for one figure, with the word it counts where that is no measure."""
    known = _TOLD.get(topic)
    if known is not None:
        return f"{words!r} {known}"
    word = topic.removeprefix("word:") if topic.startswith("word:") else counted or topic
    return f"{words!r} counts {word!r}, which is no measure"
