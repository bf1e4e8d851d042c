"""The patterns of time: what each is called, at which words it can start, and how it becomes a period.

A rule is tried only at the words it can start with. What is relative ("last month", "in the quarter") is relative to
the day of publication, or to the period that the title says the document reports on.
"""
