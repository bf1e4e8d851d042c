# %% [markdown]
# # One series, from the export to a picture
#
# Run it cell by cell in an editor that knows `# %%` (VS Code, PyCharm, Jupytext), or as a script:
#
#     paysignal export --csv readings > readings.csv
#     python one_series.py readings.csv upi.svg
#
# It needs polars; the picture is an SVG drawn by hand, so nothing else.

# %%
import sys
from pathlib import Path

import polars as pl

TABLE = Path(sys.argv[1] if len(sys.argv) > 1 else "readings.csv")
PICTURE = Path(sys.argv[2] if len(sys.argv) > 2 else "one_series.svg")

# %% [markdown]
# Each row is a reading at its event time: `value`, and between `low` and `high` what the digits of its sources leave
# open. Names of columns are those of the API's CSV.

# %%
readings = pl.read_csv(TABLE, infer_schema_length=None, try_parse_dates=True)
upi = readings.filter(
    pl.col("provider") == "upi",
    pl.col("market") == "IN",
    pl.col("measure") == "transactions",
    pl.col("grain") == "month",
    pl.col("segment").is_null(),
).with_columns(pl.col("event_time").cast(pl.String).str.slice(0, 10).str.to_date())
series = (
    upi.filter(pl.col("indicator") == "level")
    .sort("event_time")
    .select("event_time", "value", "low", "high", "sources")
)
print(series)

# %% [markdown]
# Growth on the year, computed here from the levels, is what paysignal says of the same months.

# %%
grown = (
    series.join(series.select(pl.col("event_time").dt.offset_by("1y"), pl.col("value").alias("base")), on="event_time")
    .with_columns(((pl.col("value") - pl.col("base")) / pl.col("base")).alias("growth"))
    .select("event_time", "growth")
)
told = upi.filter(pl.col("indicator") == "year_on_year_growth").select("event_time", pl.col("value").alias("told"))
both = grown.join(told, on="event_time").sort("event_time")
print(both.tail(6))

# %% [markdown]
# The level as a line, its interval as a band behind it.

# %%
WIDTH, HEIGHT, EDGE = 720, 280, 40
first, last = series["event_time"].min(), series["event_time"].max()
top = max(series["high"].fill_null(series["value"]).max(), 1)
points = [
    (EDGE + (WIDTH - 2 * EDGE) * (row["event_time"] - first).days / max((last - first).days, 1), row)
    for row in series.iter_rows(named=True)
]


def height(value: float) -> float:
    """Where a value stands in the picture."""
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / top


def path(name: str) -> list[str]:
    """The corners of a line of that column."""
    return [f"{x:.1f},{height(row[name] if row[name] is not None else row['value']):.1f}" for x, row in points]


PICTURE.write_text(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    f'<polygon points="{" ".join(path("low") + path("high")[::-1])}" fill="#9ec5e8"/>'
    f'<polyline points="{" ".join(path("value"))}" fill="none" stroke="#1a5a96" stroke-width="2"/>'
    f'<text x="{EDGE}" y="20">UPI, India: transactions a month, up to {top / 1e9:.1f} billion</text>'
    f'<text x="{EDGE}" y="{HEIGHT - 12}">{first}</text>'
    f'<text x="{WIDTH - EDGE}" y="{HEIGHT - 12}" text-anchor="end">{last}</text></svg>\n',
    encoding="utf-8",
)
