"""The query API under `/v1`: one catalogue of endpoints, from which routes, parameters, CSV and the OpenAPI come.

    request ── guard: token, rate ── parameters: checked ── answer (board's index │ history) ── JSON or CSV, ETag

Nothing is computed here that board and history do not have; nothing can be changed through it.
"""
