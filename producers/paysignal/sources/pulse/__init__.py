"""PhonePe Pulse: a tree of JSON files, one a place and quarter; the period is in the path.

`places` reads a path, `parse` the file that stands there, `tree` walks a directory.
"""
