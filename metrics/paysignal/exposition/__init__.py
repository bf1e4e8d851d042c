"""What Prometheus sees: collectors over a snapshot of the board, and the HTTP server of every paysignal process."""
