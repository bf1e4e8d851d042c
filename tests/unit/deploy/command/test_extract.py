"""`paysignal extract`: JSON lines for programs, tables for people, exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from paysignal import samples
from paysignal.command import main


def run(*arguments: str, stdin: str | None = None) -> Result:
    """The command, called."""
    return CliRunner().invoke(main, ["extract", *arguments], input=stdin)


def lines(result: Result) -> list[dict[str, object]]:
    """Its standard output as JSON lines."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_note_as_json_lines() -> None:
    """Eight facts with every field written out, two rejections, nothing else on stdout."""
    result = run("sample:press-note", "--json")
    found = lines(result)

    assert result.exit_code == 0
    told = ["document", "fact", "novelty", "story"]
    assert [sorted(line) for line in found] == [told] * 8 + [["document", "rejected"]] * 2
    assert {line["document"] for line in found} == {"press-note"}
    fact = found[0]["fact"]
    assert isinstance(fact, dict)
    assert (fact["bound"], fact["segment"], fact["equivalent_of"]) == ("more_than", "", None)


def test_the_note_as_tables() -> None:
    """People see values as they are written."""
    result = run("sample:press-note")

    assert result.exit_code == 0
    for words in ("> +5,000 %", "CNY 2,955", "USD 433", "2 rejected", "institutions"):
        assert words in result.output


def test_documents_from_standard_input() -> None:
    """One line a document; a line that is none is rejected by its place and the others are read."""
    good = json.dumps({"id": "a", "text": "UPI transactions grew 5% in 2022.", "published_at": "2023-01-02"})
    undated = json.dumps({"id": "b", "text": "UPI transactions grew 5%."})
    result = run("--documents", "-", "--json", stdin=f"{good}\nnonsense\n{undated}\n")

    first, bad, last = lines(result)
    assert result.exit_code == 0
    assert (first["document"], bad["document"], last["document"]) == ("a", "-:2", "b")
    assert "rejected" in bad
    assert isinstance(last["fact"], dict)
    assert (last["fact"]["known_at"], last["fact"]["period"]) == (None, None)


def test_a_story_told_again_is_marked() -> None:
    """The copy has the story's id, how many told it before and half the novelty; a fact has the rule that found it."""
    texts = ["UPI handled 9 billion payments in May 2023.", "In May 2023, UPI handled 9 billion payments, it was said."]
    told = [{"id": f"n{at}", "text": text, "published_at": "2023-06-02"} for at, text in enumerate(texts)]
    first, again = lines(run("--documents", "-", "--json", stdin="\n".join(map(json.dumps, told))))

    assert first["story"] == again["story"]
    assert (first.get("earlier"), again["earlier"]) == (None, 1)
    assert (first["novelty"], again["novelty"]) == (1.0, 0.5)
    assert isinstance(again["fact"], dict)
    assert again["fact"]["source"]["ref"] == f"noun behind, named, the whole; story {first['story']}"


def test_explain_shows_the_stages(tmp_path: Path) -> None:
    """Each sentence with what the stages found, for people and as lines of their own."""
    file = tmp_path / "a.txt"
    file.write_text("UPI transactions grew by over 5% in 2022.")
    shown = run(str(file), "--explain", "--published-at", "2023-01-02")
    sentence, fact = lines(run(str(file), "--explain", "--json"))

    assert "more_than" in shown.output
    assert "2022-01-01/2023-01-01" in shown.output
    assert isinstance(sentence["sentence"], dict)
    assert sentence["sentence"]["figures"][0]["motion"] == "rose"
    assert "fact" in fact


@pytest.mark.parametrize(
    "arguments", [[], ["a.txt", "--documents", "-"], ["no-such-file.txt"], ["--documents", "none"]]
)
def test_bad_usage_is_exit_code_two(arguments: list[str]) -> None:
    """Nothing named, two things at once, a file that is not there."""
    assert run(*arguments).exit_code == 2


def test_a_file_that_is_no_text_is_exit_code_one(tmp_path: Path) -> None:
    """Told by name, with the fix, without a traceback."""
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xff\xfe")
    result = run(str(file))

    assert result.exit_code == 1
    assert "a.txt" in result.stderr
    assert "UTF-8" in result.stderr


def test_the_note_as_a_file_gives_the_same_facts(tmp_path: Path) -> None:
    """The sample is no special case: value, series and period are those of any text file."""
    file = tmp_path / "note.txt"
    file.write_text(samples.press_note())
    asked = ("--published-at", samples.PRESS_NOTE_PUBLISHED, "--publisher", samples.PRESS_NOTE_PUBLISHER,
             "--publisher-name", samples.PRESS_NOTE_NAME, "--json")  # fmt: skip

    facts = [line.get("fact") for line in lines(run(str(file), *asked))]
    assert facts == [line.get("fact") for line in lines(run("sample:press-note", "--json"))]
