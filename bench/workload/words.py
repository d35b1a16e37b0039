"""The words of the texts: Norwegian-like, two thousand of them, with a Zipf distribution."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import Final


def _listed(words: str) -> list[str]:
    return words.split()


_COMMON = _listed(
    "og i til for av på skal det med som er den om ved fra kommunen kommunene samarbeidet vedtaket avtalen styret "
    "saken planen midler tiltaket budsjett arbeidet rådet fylket digital felles tjenester ansvar drift kostnader "
    "behov løsning oppfølging fordeling rapport møte frist merknad årsmelding evaluering prosjekt"
)
FIRST = _listed(
    "skole barnehage vei vann avløps brann helse legevakt kultur bibliotek arkiv innkjøps personal lønns kart bygg "
    "miljø klima energi avfalls havne nærings reiselivs ungdoms eldre omsorgs rus barnevern familie språk idretts "
    "beredskaps sikkerhets data nett telefoni fag kompetanse region fjord dal kyst fjell skog jordbruks vilt fiske"
)
LAST = _listed(
    "plan planen utvalg utvalget ordning ordningen tjeneste tjenesten kontor kontoret gruppe gruppa leder lederen "
    "prosjekt prosjektet avtale avtalen strategi strategien rapport rapporten budsjett budsjettet tiltak tiltaket "
    "samarbeid samarbeidet nettverk nettverket drift driften system systemet senter senteret utredning utredningen "
    "forskrift forskriften tilskudd tilskuddet"
)


def vocabulary() -> list[str]:
    """About two thousand words, the commonest first, in an order that is the same for everybody."""
    compounds = [first + last for first in FIRST for last in LAST]
    Random("vocabulary").shuffle(compounds)  # noqa: S311 - an invented history, not a secret
    return [*_COMMON, *compounds]


WORDS: Final = vocabulary()
RANKS: Final = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(WORDS))))
