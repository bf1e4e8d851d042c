"""Articles: plain text to claims, in small pure stages that `extract --explain` can show.

`sentences` → `quantities` → `bounds` → `motions` → `periods` → `subjects` → `assembly`; `parse` is the whole way. The
grammar is small and honest: what it can not tell it rejects with the reason, and it never guesses a market or a period.
"""
