"""A small plot as SVG: one line over time, its label, its last value. No library draws so little in so few bytes."""

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 320, 96, 6


def plot(points: Sequence[tuple[float, float]], label: str, last: str) -> str:
    """The points (x rising) as a line scaled to fit, zero marked where it is in sight; two values at least."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low, high = min(ys), max(ys)
    spread = (high - low) or 1.0

    def at(x: float, y: float) -> str:
        across = MARGIN + (x - xs[0]) / ((xs[-1] - xs[0]) or 1.0) * (WIDTH - 2 * MARGIN)
        down = HEIGHT - MARGIN - (y - low) / spread * (HEIGHT - 2 * MARGIN - 16)
        return f"{across:.1f},{down:.1f}"

    line = " ".join(at(x, y) for x, y in points)
    zero = ""
    if low < 0 < high:
        left, right = at(xs[0], 0.0), at(xs[-1], 0.0)
        (x1, y1), (x2, y2) = left.split(","), right.split(",")
        zero = f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#bbb" stroke-dasharray="3 3"/>'
    x, y = at(*points[-1]).split(",")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{label}: {last}"><rect width="100%" height="100%" fill="#fff"/>{zero}'
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>'
        f'<circle cx="{x}" cy="{y}" r="2.5" fill="#1f5fa8"/>'
        f'<text x="{MARGIN}" y="13" font-family="sans-serif" font-size="11" fill="#333">{label}</text>'
        f'<text x="{WIDTH - MARGIN}" y="13" text-anchor="end" font-family="sans-serif" font-size="11" fill="#333">'
        f"{last}</text></svg>\n"
    )
