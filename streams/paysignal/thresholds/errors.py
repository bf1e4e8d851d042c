"""What is wrong with a thresholds file."""

from dataclasses import dataclass

from paysignal.facts.errors import PaySignalError, quoted


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: where it stands, what stands there, the rule and the fix."""

    line: int
    column: int
    field: str
    value: object
    rule: str
    fix: str

    def told(self, name: str) -> str:
        """The mistake as a compiler tells it: `file:line:column: field value: rule; fix`."""
        return f"{name}:{self.line}:{self.column}: {self.field} {quoted(self.value)}: {self.rule}; {self.fix}"


class ThresholdsError(PaySignalError):
    """A thresholds file that can not be used; every mistake in it, in the order of its lines."""

    def __init__(self, name: str, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(each.told(name) for each in mistakes))
        self.mistakes = mistakes
