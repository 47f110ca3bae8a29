"""`wasm2py compile` on good input."""

from __future__ import annotations

import gzip
import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import COMMAND, ENVIRONMENT, Runner
from tests.commands.servers import response, sending, serving
from tests.package.modules import ALONE, binary, hostile_module, run_python

SUMMARY = re.compile(
    r"(.*): 4 functions, (\d+) bytes in, [\d,]+ bytes out, [\d.]+ s;"
    r" ready [\d.]+ s after the last byte\n"
)


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _check(package: Path) -> None:
    done = run_python("import package; print(package.add(1, 2))", package.parent)
    assert done.stdout == "3\n", done.stderr


def test_a_file(run: Runner, wasm: Path, package: Path) -> None:
    outcome = run("compile", wasm, "-o", package)
    summary = SUMMARY.fullmatch(outcome.output)
    assert summary is not None
    assert summary[1] == str(package)
    assert int(summary[2]) == wasm.stat().st_size
    assert (outcome.status, outcome.errors) == (0, "")
    _check(package)


def test_quiet(run: Runner, wasm: Path, package: Path) -> None:
    assert run("compile", wasm, "-o", package, "--quiet") == (0, "", "")
    _check(package)


LOWEST = '(func (export "lowest") (result i32) (i32.const 0x80000000))'


@pytest.mark.parametrize("name", ["class", "my-package", "1st", "a b", "a\nb"])
def test_a_name_that_no_import_statement_can_have(
    run: Runner, wasm: Path, tmp_path: Path, name: str
) -> None:
    outcome = run("compile", wasm, "-o", tmp_path / name)
    assert outcome.status == 0
    assert outcome.errors == (
        "wasm2py: an import statement cannot name this package:"
        f" use importlib.import_module({name!r})\n"
    )
    program = f"import importlib; print(importlib.import_module({name!r}).add(1, 2))"
    assert run_python(program, tmp_path).stdout == "3\n"
    assert run("compile", wasm, "-o", tmp_path / name, "-q") == (0, "", "")


def test_standard_input(
    run: Runner, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(binary(ALONE))))
    monkeypatch.setattr(sys, "stdin", stream)
    assert run("compile", "-", "-o", package).status == 0
    _check(package)


BODY = binary(ALONE)
CHUNKED = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
RESPONSES = {
    "plain": response(BODY),
    "without a length": response(BODY, length=None),
    "chunked": response(CHUNKED, "Transfer-Encoding: chunked", length=None),
    "compressed": response(gzip.compress(BODY), "Content-Encoding: gzip"),
    "media type in capitals": response(BODY, media_type="Application/WASM"),
    "media type and blanks": response(BODY, media_type=" \t application/wasm \t"),
}


@pytest.mark.parametrize("content", RESPONSES.values(), ids=RESPONSES)
def test_urls(run: Runner, package: Path, content: bytes) -> None:
    with serving(sending(content)) as url:
        outcome = run("compile", url, "-o", package)
    assert (outcome.status, outcome.errors) == (0, "")
    _check(package)


def test_a_redirection_is_followed(run: Runner, package: Path) -> None:
    with serving(sending(response(BODY))) as target:
        content = response(b"", f"Location: {target}", status="302 Found")
        with serving(sending(content)) as url:
            assert run("compile", url, "-o", package).status == 0
    _check(package)


def test_the_bytes_do_not_depend_on_jobs_or_the_place(
    run: Runner, package: Path, tmp_path: Path
) -> None:
    many = "".join(
        f'(func (export "f{n}") (result i32) (i32.const {n}))' for n in range(4000)
    )
    wasm = tmp_path / "many.wasm"
    wasm.write_bytes(binary(f"(module {many})"))
    assert run("compile", wasm, "-o", package).status == 0
    other = tmp_path / "other"
    assert run("compile", wasm, "-o", other, "--jobs", "2").status == 0
    assert _tree(package) == _tree(other)


def test_hostile_names(run: Runner, package: Path, tmp_path: Path) -> None:
    wasm = tmp_path / "hostile.wasm"
    wasm.write_bytes(binary(hostile_module()))
    assert run("compile", wasm, "-o", package, "--bytecode").status == 0
    assert run_python("import package", package.parent).returncode == 0


@pytest.mark.parametrize(
    "options",
    [
        ["-O0"],
        ["-O1"],
        ["-O2"],
        ["--tune", "pypy"],
        ["--target", "python"],
        ["--without", "ranges", "--without", "forms"],
    ]
    + [["--features", "wasm2"], ["--features", "mvp, sign-extension"], ["--bytecode"]],
    ids=" ".join,
)
def test_options(run: Runner, wasm: Path, package: Path, options: list[str]) -> None:
    assert run("compile", wasm, "-o", package, *options).status == 0
    _check(package)


@pytest.mark.parametrize("options", [[], ["--unsigned"]])
def test_unsigned_integers(
    run: Runner, package: Path, tmp_path: Path, options: list[str]
) -> None:
    source = tmp_path / "one.wasm"
    source.write_bytes(binary(f"(module {LOWEST})"))
    assert run("compile", source, "-o", package, *options).status == 0
    program = "import package; print(package.lowest())"
    done = run_python(program, package.parent)
    assert int(done.stdout) == (1 << 31 if options else -(1 << 31))


def test_a_thin_package(run: Runner, wasm: Path, package: Path) -> None:
    assert run("compile", wasm, "-o", package, "--runtime", "import").status == 0
    assert not (package / "_runtime").exists()


def test_a_package_is_replaced(run: Runner, wasm: Path, package: Path) -> None:
    for _ in range(2):
        assert run("compile", wasm, "-o", package).status == 0
    assert os.listdir(package.parent) == ["package"]


def test_bytecode_makes_the_first_import_warm(
    run: Runner, wasm: Path, package: Path
) -> None:
    assert run("compile", wasm, "-o", package, "--bytecode").status == 0
    before = _tree(package)
    _check(package)
    assert _tree(package) == before


def test_a_file_needs_no_client(wasm: Path, package: Path) -> None:
    program = """if True:
        import atexit, sys
        clients = "asyncio http.client httpx ssl urllib.request".split()
        atexit.register(lambda: print([m for m in clients if m in sys.modules]))
        from wasm2py.commands import main
        main()
    """
    arguments = ["compile", "--quiet", "--jobs", "1", str(wasm), "-o", str(package)]
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    assert run.stdout == "[]\n"


def _on_terminal(*arguments: str | Path) -> tuple[str, str]:
    """What a command prints, and what it shows on a terminal as standard error."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**ENVIRONMENT, "TERM": "xterm", "COLUMNS": "120"},
        text=True,
    ) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                received = os.read(controller, 65536)
            except OSError:
                # How Linux reports the end of a terminal.
                break
            if not received:
                break
            shown += received
        os.close(controller)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    return output, shown.decode()


def test_progress_on_a_terminal(wasm: Path, package: Path) -> None:
    output, shown = _on_terminal("compile", wasm, "-o", package)
    assert SUMMARY.fullmatch(output)
    assert "4 functions" in shown
    assert f"{wasm.stat().st_size}/{wasm.stat().st_size} bytes" in shown


def test_no_progress_when_quiet(wasm: Path, package: Path) -> None:
    output, shown = _on_terminal("compile", wasm, "-o", package, "--quiet")
    assert (output, shown) == ("", "")


def test_a_pass_can_be_left_out(run: Runner, package: Path) -> None:
    module = Path(__file__).parents[2] / "scripts/benchmarks/kernels/qsort.wasm"
    sources = set()
    for options in ([], ["--without", "webs"], ["--without", "forms"]):
        assert run("compile", module, "-o", package, "--force", *options).status == 0
        functions = sorted((package / "_functions").glob("group_*.py"))
        sources.add(tuple(path.read_text("utf-8") for path in functions))
    assert len(sources) == 3


def test_an_unknown_pass(run: Runner, wasm: Path, package: Path) -> None:
    outcome = run("compile", wasm, "-o", package, "--without", "haste")
    assert outcome.status == 2
    assert "'--without': no pass 'haste': there are webs," in " ".join(
        outcome.errors.split()
    )
    assert not package.exists()
