"""The Faust shell: groups, assignment and the life of agents are Faust's; time, windows and state are the engine's.

agent ── intake ──▶ Lane.waiting ── Flusher.flush ──▶ decode, step ──▶ Outputs ── acknowledged ──▶ Lane.position
"""
