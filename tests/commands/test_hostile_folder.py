"""No command runs code that lies in the working directory."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.commands.running import ENVIRONMENT
from tests.commands.servers import response, sending, serving
from tests.package.modules import binary

# What pip writes as the command: the first folder on its path is that of commands.
SCRIPT = "import sys\nfrom wasm2py.commands import main\nsys.exit(main())\n"
FUNCTION = '(func (export "f") (result i32) (i32.const 1) {} )'
MODULE = f"(module {FUNCTION.format('(nop)' * 70_000)} (func {'(nop)' * 70_000}))"


def _names() -> set[str]:
    """Names of modules: all of the standard library, ours and those of dependencies."""
    names = {*sys.stdlib_module_names, "sitecustomize", "usercustomize", "wasm2py"}
    names |= {"wasm2py_runtime", "shellingham", "click", "colorama", "h2", "brotli"}
    names |= {"socksio", "zstandard", "brotlicffi", "trio", "sniffio", "cffi"}
    return names | set(packages_distributions())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of modules, each of which leaves a mark when it is imported."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in _names():
        mark = f"open({str(folder / 'executed')!r}, 'a').write({name!r} + '\\n')\n"
        (folder / f"{name}.py").write_text(mark, "utf-8")
    # What the import system asks for first.
    for name in ("struct", "pickle", "wasm2py", "multiprocessing"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_bytes(
            (folder / f"{name}.py").read_bytes()
        )
    (folder / "module.wasm").write_bytes(binary(MODULE))
    return folder


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    script = tmp_path_factory.mktemp("bin") / "wasm2py"
    script.write_text(SCRIPT)
    return [sys.executable, str(script)]


def _run(command: list[str], folder: Path, *arguments: str, **more: str) -> str:
    run = subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        env={**ENVIRONMENT, "WASM2PY_CACHE_DIR": str(folder / "cache"), **more},
    )
    mark = folder / "executed"
    executed = mark.read_text() if mark.exists() else ""
    mark.unlink(missing_ok=True)
    assert executed == ""
    assert run.returncode == 0, run.stderr
    return run.stdout


COMMANDS = {
    "compile": ("compile", "module.wasm", "-o", "a", "--force", "--no-cache"),
    "compile, jobs": ("compile", "module.wasm", "-o", "b", "--jobs", "2"),
    "compile, bytecode": ("compile", "module.wasm", "-o", "b", "--force", "--bytecode"),
    "compile, cached": ("compile", "module.wasm", "-o", "c", "--force"),
    "wheel": ("wheel", "module.wasm", "--name", "a", "--version", "1", "-o", "w"),
    "validate": ("validate", "module.wasm"),
    "inspect": ("inspect", "module.wasm"),
    "inspect, JSON": ("inspect", "--json", "module.wasm"),
    "cache dir": ("cache", "dir"),
    "cache clear": ("cache", "clear"),
    "demo": ("demo",),
    "version": ("--version",),
    "help": ("compile", "--help"),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_commands(command: list[str], hostile: Path, arguments: tuple[str]) -> None:
    assert _run(command, hostile, *arguments)


def test_completion(command: list[str], hostile: Path) -> None:
    words = {"COMP_WORDS": "wasm2py val", "COMP_CWORD": "1"}
    output = _run(command, hostile, _WASM2PY_COMPLETE="complete_bash", **words)
    assert output.split() == ["validate"]


def test_a_url(command: list[str], hostile: Path) -> None:
    content = (hostile / "module.wasm").read_bytes()
    with serving(sending(response(content))) as url:
        assert _run(command, hostile, "compile", url, "-o", "d", "--jobs", "2")


def test_as_a_module(hostile: Path) -> None:
    """With -P, as the working directory is first on the path without."""
    command = [sys.executable, "-P", "-m", "wasm2py"]
    assert _run(command, hostile, *COMMANDS["compile, jobs"], "--force")


def test_as_a_module_after_the_start(hostile: Path, tmp_path: Path) -> None:
    """Without -P, Python itself imports a few modules from there, and none follows."""
    wanted = ("struct", "pickle", "typer", "httpx", "json", "queue", "subprocess")
    for name in wanted:
        (tmp_path / f"{name}.py").write_bytes((hostile / f"{name}.py").read_bytes())
    (tmp_path / "module.wasm").write_bytes((hostile / "module.wasm").read_bytes())
    assert _run([sys.executable, "-m", "wasm2py"], tmp_path, *COMMANDS["compile, jobs"])
    assert not (hostile / "executed").exists()


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    program = f"rmdir {folder}; exec {sys.executable} -m wasm2py --version"
    run = subprocess.run(
        ["sh", "-c", program], capture_output=True, cwd=folder, env=ENVIRONMENT
    )
    assert (run.returncode, run.stderr) == (0, b"")


def test_the_marks_are_made(hostile: Path) -> None:
    """What the tests above rely on."""
    program = "import struct, typer, wasm2py"
    subprocess.run([sys.executable, "-c", program], cwd=hostile, check=True)
    mark = hostile / "executed"
    assert {"struct", "typer", "wasm2py"} <= set(mark.read_text().split())
    mark.unlink()
