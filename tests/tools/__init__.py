"""Helpers for tests, imported as `tests.tools.<module>` from any test or conftest.

They need no entry on the module path: tests/conftest.py is always loaded first, and under pytest's importlib mode that
makes `tests` a package of which `tests.tools` is a part.
"""
