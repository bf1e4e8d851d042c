"""Write the JSON Schemas of the wire types, beside this module or into the folder named."""

import sys
from pathlib import Path

from paysignal.facts.schemas import write_schemas

write_schemas(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
