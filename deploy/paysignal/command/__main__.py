"""`python -m paysignal.command`: the command where its script is not on the PATH; `up` starts its children so."""

from paysignal.command.main import main

main(prog_name="paysignal")
