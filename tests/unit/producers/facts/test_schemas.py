"""The writer of the JSON Schemas; what they accept is in tests/contract."""

import subprocess
import sys
from pathlib import Path

from paysignal.facts.claims import Claim
from paysignal.facts.schemas import file_name, schema_of, schema_text
from paysignal.facts.wire import SCHEMAS


def test_the_module_writes_them_into_a_folder(tmp_path: Path) -> None:
    """`python -m paysignal.facts.schemas FOLDER` gives one file for each wire type."""
    folder = tmp_path / "made" / "on the way"
    subprocess.run([sys.executable, "-m", "paysignal.facts.schemas", str(folder)], check=True)
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert written == {file_name(each): schema_text(each) for each in SCHEMAS}


def test_files_are_named_by_type_and_version() -> None:
    """As in the Kafka header."""
    assert file_name(Claim) == "claim.v1.json"


def test_a_schema_speaks_to_every_validator_and_reader() -> None:
    """No regular expression that only Python knows, no remark about Python, no indent of our source."""
    for record_type in SCHEMAS:
        text = schema_text(record_type)
        assert "\\Z" not in text
        assert "In Python" not in text
        assert "\\n    " not in text


def test_what_the_wire_requires_is_required() -> None:
    """A claim may lack its id and dates before it is sent, a record not."""
    claim = schema_of(Claim)["$defs"]["Claim"]
    assert {"id", "period", "known_at"} <= set(claim["required"])
    assert {"type": "null"} not in claim["properties"]["known_at"].get("anyOf", [])
    assert claim["properties"]["period"] == {"$ref": "#/$defs/Period"}
