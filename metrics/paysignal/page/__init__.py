"""What people see: the two tables as rows, as HTML and as JSON."""
