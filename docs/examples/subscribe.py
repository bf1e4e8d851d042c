"""Growth on the year as it is published, by paysignal's own client: typed, each reading once, stale ones left out.

python subscribe.py localhost:9092
"""

import sys

from paysignal.subscribe import Filter, Withdrawn, readings

BROKER = sys.argv[1] if len(sys.argv) > 1 else "localhost:9092"
GROWTH = Filter(indicator=("year_on_year_growth", "stated_growth"), baseline="year_ago")

# until_end: what stands now; without it the loop waits for more, until Ctrl-C.
with readings(BROKER, GROWTH, until_end=True) as stream:
    for one in stream.updates():
        if isinstance(one, Withdrawn):
            print("withdrawn", one.key)
        else:
            print(one.key, one.value, one.low, one.high)
    print(stream.counts, file=sys.stderr)
