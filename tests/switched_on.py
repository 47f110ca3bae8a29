"""Features that are not implemented, switched on all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from wasm2py.binary import decoder
from wasm2py.spec import features


@contextmanager
def switched_on(names: Iterable[str]) -> Iterator[frozenset[str]]:
    """Take modules that use them, too; gives all that may be used."""
    every = features.IMPLEMENTED | frozenset(names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "IMPLEMENTED", every)
        patch.setattr(decoder, "IMPLEMENTED", every)
        decoder.instruction_set.cache_clear()
        try:
            yield every
        finally:
            decoder.instruction_set.cache_clear()
