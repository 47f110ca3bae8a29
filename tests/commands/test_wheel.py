"""`wasm2py wheel`."""

from __future__ import annotations

import base64
import hashlib
import shlex
import subprocess
import sys
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest
from packaging.tags import sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from tests.commands.running import Runner
from tests.compilers import FASTEST, needs_compiler
from tests.package.modules import binary, run_python
from wasm2py.package.wheel import checked_version, normal_name

PURE = "py3-none-any"
PROGRAM = """
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const 7))))
"""


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A folder for wheels, which is not there yet."""
    return tmp_path / "deep/dist"


def named(dist: Path, *options: str | Path) -> tuple[str | Path, ...]:
    return ("--name", "My.Module", "--version", "1.0", "-o", dist, *options)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def the_wheel(dist: Path) -> Path:
    (wheel,) = dist.iterdir()
    return wheel


def run_from(wheel: Path, program: str) -> str:
    """What a program prints where the wheel is installed."""
    place = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    done = run_python(program, place)
    assert done.stderr == ""
    return done.stdout


def test_a_wheel(run: Runner, wasm: Path, dist: Path) -> None:
    outcome = run("wheel", wasm, *named(dist))
    wheel = the_wheel(dist)
    assert (outcome.status, outcome.errors) == (0, "")
    assert outcome.output.startswith(f"{wheel}: 4 functions, ")
    name, version, build, tags = parse_wheel_filename(wheel.name)
    assert (name, str(version), build) == ("my-module", "1.0", ())
    assert [*map(str, tags)] == [PURE]
    files = contents(wheel)
    assert {"my_module/py.typed", "my_module/__init__.pyi"} <= files.keys()
    assert run_from(wheel, "import my_module; print(my_module.add(2, 3))") == "5\n"


def test_metadata(run: Runner, wasm: Path, dist: Path, tmp_path: Path) -> None:
    licence = tmp_path / "LICENSE.txt"
    licence.write_text("Do what you like.\n")
    run("wheel", wasm, *named(dist, "--license-file", licence))
    files = contents(the_wheel(dist))
    metadata = BytesParser().parsebytes(files["my_module-1.0.dist-info/METADATA"])
    assert metadata["Name"] == "my-module"
    assert metadata["Version"] == "1.0"
    assert metadata["Requires-Python"] == ">=3.9"
    assert metadata["Requires-Dist"] is None
    assert metadata["License-File"] == licence.name
    assert "import my_module" in metadata.get_payload()
    name = f"my_module-1.0.dist-info/licenses/{licence.name}"
    assert files[name] == licence.read_bytes()
    wheel = BytesParser().parsebytes(files["my_module-1.0.dist-info/WHEEL"])
    assert (wheel["Root-Is-Purelib"], wheel["Tag"]) == ("true", PURE)


def test_record(run: Runner, wasm: Path, dist: Path) -> None:
    run("wheel", wasm, *named(dist))
    files = contents(the_wheel(dist))
    record = "my_module-1.0.dist-info/RECORD"
    *lines, last = files[record].decode().splitlines()
    assert last == f"{record},,"
    assert lines == sorted(lines)
    assert len(lines) == len(files) - 1
    for line in lines:
        name, digest, size = line.split(",")
        expected = hashlib.sha256(files[name]).digest()
        shown = base64.urlsafe_b64encode(expected).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={shown}", len(files[name]))


def test_the_same_bytes_each_time(
    run: Runner, wasm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    run("wheel", wasm, *named(first))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    run("wheel", wasm, *named(second, "--jobs", "2"))
    assert the_wheel(first).read_bytes() == the_wheel(second).read_bytes()
    with zipfile.ZipFile(the_wheel(first)) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == 0o100644


def test_with_the_installed_runtime(run: Runner, wasm: Path, dist: Path) -> None:
    run("wheel", wasm, *named(dist, "--runtime", "import"))
    files = contents(the_wheel(dist))
    metadata = BytesParser().parsebytes(files["my_module-1.0.dist-info/METADATA"])
    assert metadata["Requires-Dist"] == "wasm2py"
    assert not any(name.startswith("my_module/_runtime") for name in files)


def test_a_program_is_a_command(run: Runner, dist: Path, tmp_path: Path) -> None:
    wasm = tmp_path / "program.wasm"
    wasm.write_bytes(binary(PROGRAM))
    run("wheel", wasm, *named(dist))
    wheel = the_wheel(dist)
    points = contents(wheel)["my_module-1.0.dist-info/entry_points.txt"].decode()
    assert points == "[console_scripts]\nmy-module = my_module.__main__:run\n"
    program = """\
from my_module.__main__ import run
sys.argv = ["my-module"]
try:
    run()
except SystemExit as end:
    print(end.code)
"""
    assert run_from(wheel, program) == "7\n"


def test_pip_installs_it(run: Runner, wasm: Path, dist: Path, tmp_path: Path) -> None:
    run("wheel", wasm, *named(dist))
    place = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check"]
    install = [
        *pip,
        "install",
        "--no-index",
        "--target",
        str(place),
        str(the_wheel(dist)),
    ]
    done = subprocess.run(install, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (
        run_python("import my_module as m; print(m.add(2, 3))", place).stdout == "5\n"
    )


@pytest.mark.parametrize(
    "options",
    [
        ["--name", "-x"],
        ["--name", "x y"],
        ["--name", "x\n"],
        ["--name", "ünï"],
        ["--name", "class"],
        ["--name", "1st"],
        ["--version", "1.0-beta"],
        ["--version", "1.0\n"],
        ["--version", "١"],
        ["--version", ""],
        ["--platform", "linux-aarch64"],
        ["--no-fallback"],
        ["--cc-opt", "1"],
        ["--target", "c", "--platform", "windows-aarch64"],
        ["--target", "c", "--platform", "macos-arm64"],
        ["--license-file", "nowhere"],
        ["--license-file", "a b"],
    ],
    ids=ascii,
)
def test_wrong_usage(run: Runner, wasm: Path, dist: Path, options: list[str]) -> None:
    outcome = run("wheel", wasm, *named(dist, *options))
    assert outcome.status == 2
    assert not dist.parent.exists()


def test_another_wheel_of_that_name_is_not_replaced(
    run: Runner, wasm: Path, dist: Path
) -> None:
    run("wheel", wasm, *named(dist))
    assert run("wheel", wasm, *named(dist)).status == 0
    wheel = the_wheel(dist)
    content = wheel.read_bytes()
    wheel.write_bytes(b"another")
    message = run.failure("wheel", wasm, *named(dist))
    assert message == (
        f"{wheel} exists, and is not the same; move it away, or replace it with --force"
    )
    assert the_wheel(dist).read_bytes() == b"another"
    assert run("wheel", wasm, *named(dist, "--force")).status == 0
    assert the_wheel(dist).read_bytes() == content


def test_nothing_is_left_of_a_failure(
    run: Runner, wasm: Path, dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    message = run.failure("wheel", wasm, *named(dist))
    assert message == (
        f"cannot write {dist}: No space left on device; nothing was written"
    )
    assert not dist.parent.exists()


def test_interrupted_while_it_is_written(
    run: Runner, wasm: Path, dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(zipfile.ZipFile, "writestr", interrupted)
    outcome = run("wheel", wasm, *named(dist))
    assert outcome == (130, "", "wasm2py: interrupted; nothing was written\n")
    assert not dist.parent.exists()


def test_a_file_is_no_folder(run: Runner, wasm: Path, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"")
    assert run.failure("wheel", wasm, *named(place)) == f"{place} is not a folder"


def test_a_limit_on_size(run: Runner, wasm: Path, dist: Path) -> None:
    message = run.failure("wheel", wasm, *named(dist, "--max-output", "100"))
    assert "the output is too large" in message
    assert not dist.parent.exists()


VERSIONS = """
0 1 1.0 1.0.0 01 1.00 1!2 0!2 1a1 1.0a1 1.0.a1 1rc0 1c1 1b 1.post1 1-1 1.post 1.dev0 1dev0
1.0a1.post2.dev3 1+a 1+a.b 1+01 1+1.0a 1+A 1+a-b 1+ v1 2024.01.05 1. .1 a 1..2 1.dev1.post1
"""


@pytest.mark.parametrize("text", VERSIONS.split())
def test_versions_are_those_in_normal_form(text: str) -> None:
    try:
        is_normal = str(Version(text)) == text
    except InvalidVersion:
        is_normal = False
    try:
        assert checked_version(text) == text
    except ValueError:
        assert not is_normal
    else:
        assert is_normal


@pytest.mark.parametrize("text", ["a", "A", "My.Module", "a-_.b", "x1", "a--b"])
def test_names_have_a_normal_form(text: str) -> None:
    assert normal_name(text) == canonicalize_name(text)


class TestNative:
    """Wheels with a native build."""

    pytestmark = needs_compiler

    @pytest.fixture(autouse=True)
    def compiler(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The fastest compiler."""
        monkeypatch.setenv("CC", shlex.join(FASTEST))

    def test_a_wheel(self, run: Runner, wasm: Path, dist: Path) -> None:
        outcome = run("wheel", wasm, *named(dist, "--target", "c"))
        assert (outcome.status, outcome.errors) == (0, "")
        wheel = the_wheel(dist)
        tags = parse_wheel_filename(wheel.name)[3]
        (tag,) = tags
        assert (tag.interpreter, tag.abi) == ("cp311", "abi3")
        assert tag in set(sys_tags())
        files = contents(wheel)
        described = BytesParser().parsebytes(files["my_module-1.0.dist-info/WHEEL"])
        assert described["Root-Is-Purelib"] == "false"
        assert described["Tag"] == str(tag)
        metadata = BytesParser().parsebytes(files["my_module-1.0.dist-info/METADATA"])
        assert metadata["Requires-Python"] == ">=3.11"
        program = "import my_module as m; print(m.target, m.add(2, 3))"
        assert run_from(wheel, program) == "c 5\n"
        choose = "import os; os.environ['WASM2PY_TARGET'] = 'python'\n"
        assert run_from(wheel, choose + program) == "python 5\n"

    def test_without_python_functions(
        self, run: Runner, wasm: Path, dist: Path
    ) -> None:
        run("wheel", wasm, *named(dist, "--target", "c", "--no-fallback"))
        wheel = the_wheel(dist)
        groups = [name for name in contents(wheel) if "_functions/group" in name]
        assert groups == []
        program = "import my_module as m; print(m.target, m.add(2, 3))"
        assert run_from(wheel, program) == "c 5\n"
        loading = "try:\n    import my_module\nexcept ImportError as e:\n    print(e)"
        choose = "import os; os.environ['WASM2PY_TARGET'] = 'python'\n"
        assert run_from(wheel, choose + loading) == (
            "my_module has no Python functions, which WASM2PY_TARGET asks for\n"
        )
        elsewhere = "sys.implementation.name = 'other'\n"
        assert run_from(wheel, elsewhere + loading) == (
            "the native build of my_module, which is all there is, does not load:"
            " it is for CPython 3.11 and later\n"
        )

    def test_other_platforms_need_zig(
        self, run: Runner, wasm: Path, dist: Path
    ) -> None:
        options = ("--target", "c", "--platform", "linux-aarch64")
        message = run.failure("wheel", wasm, *named(dist, *options))
        assert message.startswith("only zig compiles for a platform of choice")
        assert not dist.parent.exists()
