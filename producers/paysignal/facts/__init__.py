"""The vocabulary of payment growth: facts, series, periods, readings; their wire form, their topics.

Imports only the standard library, msgspec and pycountry, so that any producer or subscriber can afford it.
"""
