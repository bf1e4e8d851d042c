"""Parts: which figures are parts of which whole, and what may be added to what.

    series ── axes ──> part of, overlaps
                └── addable ──> Refusal | may be summed
                       ├── totals ──> Σ over parts and periods
                       │      └── spend ──> Σ value / Σ count
                       └── breakdowns ──> parts, missing, residual, shares
                              └── ranks

Pure: books and levels in, frozen figures out. Whatever can not be added is a value (`Refusal`), never an exception.
"""
