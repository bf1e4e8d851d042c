"""Audit: what published figures say of one another, and which of them can not all be right.

Called with all books at once (by history, `explain` and the tests); pure. Every check returns findings, never changes a
figure.
"""
