"""The engine's parameters, from the settings of a run."""

from paysignal.command.settings import SettingError, Settings
from paysignal.engine.parameters import Parameters, asked_of, duplicates_of, figures_of, trends_of
from paysignal.facts.errors import Refused

_SECOND_US = 1_000_000


def parameters_of(settings: Settings) -> Parameters:
    """What `windows`, `finals`, `lateness_seconds`, `duplicates`, `figures`, `trends` and `sections` ask for.

    Raises `SettingError`.

    Called by the worker and by replay, so that both compute the same.
    """
    try:
        otherwise, modes = duplicates_of(settings.duplicates)
        return Parameters(
            asked=asked_of(settings.windows, finals=settings.finals),
            lateness_us=round(settings.lateness_seconds * _SECOND_US),
            duplicates=modes,
            otherwise=otherwise,
            figures=figures_of(settings.figures),
            trends=trends_of(settings.trends),
            sections=settings.sections,
        )
    except Refused as error:
        raise SettingError(str(error)) from None
