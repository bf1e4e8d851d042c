"""Breaks: where a figure seems to have changed its meaning without anybody saying so.

    books ── fell ────────────> a stock that never fell, falls            (one book)
          ├─ reattributed ────> parts change hands, the whole moves on    (a whole and its parts)
          ├─ shifted ─────────> nearly all of one publisher jumps at once (a publisher's books)
          └─ parted ──────────> a flow jumps, its sibling does not        (a count and its value)

Declared breaks stop growth (`engine.pairs`); suspected ones only flag it, since what looks like a break may have
happened. Pure: the suspicions are a function of the books.
"""
