"""Handlers of signals that others have set, before and after ours, in any order.

What is not ours reaches each of them, and ends with what would be done without any.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import interruptible
from tests.compilers import COMPILERS
from tests.native.guest import needs_compiler
from tests.native.programs import ROOT

pytestmark = [
    needs_compiler,
    pytest.mark.skipif(
        not {"gcc", "clang"} & {*COMPILERS} or sys.platform == "darwin",
        reason="needs gcc or clang, and Linux",
    ),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host's handlers."""
    name = next(name for name in COMPILERS if name != "tcc")
    path = tmp_path_factory.mktemp("handlers") / "handlers.so"
    source = Path(__file__).with_name("handlers.c")
    options = ["-shared", "-fPIC", "-pthread", "-o", str(path), str(source)]
    subprocess.run([*COMPILERS[name], *options], check=True)
    return path


@pytest.fixture
def run(guest_folder: Path, later_guest: Path, library: Path) -> Run:
    return Run(library, guest_folder, later_guest)


class Run:
    """Runs steps of `tests.native.handlers` in a process of their own."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths

    def __call__(self, steps: str) -> tuple[int, str]:
        """The exit status, and what has been written."""
        if "wasmtime" in steps:
            pytest.importorskip("wasmtime")
        module = ["-m", "tests.native.handlers", *map(str, self._paths)]
        done = subprocess.run(
            [sys.executable, *module, *steps.split()],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
            preexec_fn=interruptible,
        )
        return done.returncode, done.stdout


@pytest.mark.parametrize(
    "steps",
    [
        # A ring of three, and one of four.
        "package wasmtime other package wasmtime other package wasmtime",
        "package host wasmtime other package pages other wasmtime package pages",
        "wasmtime host package other wasmtime pages package other wasmtime",
        # One that was switched off does nothing about a fault.
        "wasmtime package faulthandler package no_faulthandler wasmtime",
        # Faults that leave the registers as they were, at more pages than it takes to give up.
        "package host package pages package",
        # Jumps out of a handler, without a stack for signals.
        "host package probes package pages other probes other package",
        # Handlers that block the signal, which is left by a jump; and who blocks it at all.
        "package host traps other traps pages traps",
        "package blocked package traps other traps",
        "blocked package traps",
        "package ignored package sent other sent",
        "package python package sent other sent package",
    ],
)
def test_all_handlers_go_on(run: Run, steps: str) -> None:
    status, text = run(steps)
    assert not status, text
    assert text.endswith("done\n")
    assert text.count("handled") == ("python" in steps) * 2


@pytest.mark.parametrize("crash", ["crash", "crash_in_thread"])
@pytest.mark.parametrize(
    ("steps", "reports"),
    [
        ("faulthandler package wasmtime other package wasmtime", 1),
        ("package wasmtime other faulthandler other package", 1),
        ("faulthandler package host other package pages probes", 1),
        ("faulthandler package no_faulthandler package faulthandler other", 1),
        ("package faulthandler package no_faulthandler other", 0),
        ("faulthandler package default package", 0),
        ("package ignored package", 0),
        ("package host other package", 0),
    ],
)
def test_a_crash_ends_the_process(
    run: Run, steps: str, reports: int, crash: str
) -> None:
    status, text = run(f"{steps} {crash}")
    assert status == -signal.SIGSEGV, text
    assert text.startswith("crash"), text
    assert text.count("Fatal Python error: Segmentation fault") == reports, text


@pytest.mark.parametrize(
    "steps",
    [
        "package host_interrupts package interrupt interrupt",
        "package host_interrupts other package interrupt package other interrupt",
        "host_interrupts other package interrupt other interrupt",
        # One that sends the signal to who was before it, and sets itself again.
        "package dumps interrupt package interrupt other interrupt package interrupt",
        "dumps package interrupt interrupt no_dumps package interrupt",
    ],
)
def test_interrupts(run: Run, steps: str) -> None:
    status, text = run(steps)
    assert not status, text
