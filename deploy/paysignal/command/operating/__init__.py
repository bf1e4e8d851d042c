"""Day two: how far behind workers are, what was rejected, facts kept in files, and what `doctor` looks at."""
