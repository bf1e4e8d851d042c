"""The exchange rates a process computes with: the European Central Bank's, or a file of own ones."""

import io
import zipfile
from importlib import resources
from pathlib import Path

from paysignal.engine.money.federal_reserve import HEADER, federal_reserve_rates
from paysignal.engine.money.rates import RatesError, RateTable, ecb_rates, own_rates


def published_rates(file: Path | None) -> RateTable:
    """The rates of `file`, or else the ECB's history from the installed package.

    A file is a CSV of date, base, currency, rate, or the Federal Reserve's monthly table of Date, Country, Exchange
    rate.

    Raises `RatesError` when they can not be read. Two processes that must agree on readings need the same rates.
    """
    try:
        if file is not None:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                federal = lines.readline().strip() == ",".join(HEADER)
                lines.seek(0)
                return federal_reserve_rates(lines) if federal else own_rates(lines)
        return _ecb()
    except RatesError as error:
        raise RatesError(f"{file or 'ECB rates'}: {error}") from None
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise RatesError(f"{file or 'ECB rates'}: can not be read ({error}); name a CSV file with --rates") from None


def _ecb() -> RateTable:
    packed = resources.files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive, archive.open(archive.namelist()[0]) as raw:
        return ecb_rates(io.TextIOWrapper(raw, encoding="ascii", newline=""))
