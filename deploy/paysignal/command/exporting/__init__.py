"""What `paysignal export` writes: where the past comes from, and each form in a module of its own."""
