"""One machine's processes: an embedded broker, free ports, and the supervisor that starts and ends them all."""
