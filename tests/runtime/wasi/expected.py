"""Asking for the error number of what fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.runtime.wasi.caller import Failed
from wasm2py_runtime.wasi import errno


@contextmanager
def fails(*names: str) -> Iterator[None]:
    """The call within ends with one of the errors of these names."""
    with pytest.raises(Failed) as failed:
        yield
    expected = {getattr(errno, name) for name in names}
    assert failed.value.errno in expected, (failed.value.errno, names)
