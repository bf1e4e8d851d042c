"""Readers: what is published, as facts. Parsing is pure; what touches a file is one thin function a reader.

Every reader gives `Claim | Increment | Retraction | Rejected`: what can not be read is an outcome with its place
and its reason, never a silence.
"""
