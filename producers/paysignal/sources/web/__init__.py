"""The web, read politely and from outside only.

fetch.Fetcher ── addresses (http, https, public hosts) ── robots ── pace (one host at a time) ──▶ Fetched | NotModified
"""
