"""Tables: CSV and JSON lines, made facts by a mapping file.

`mapping` reads the mapping file, `csv_rows` and `json_rows` cut the bytes into rows of text cells, `numbers` and
`dates` read what a cell prints, `convert` makes the fact. `parse` is the whole way.
"""
