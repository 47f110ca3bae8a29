"""Packages as their users see them: imported in fresh interpreters."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from tests.package.modules import (
    ALONE,
    EVERY_KIND,
    HOSTILE_NAMES,
    REPOSITORY,
    binary,
    hostile_module,
    run_python,
    translate,
    without_imports,
)
from wasm2py.package.writer import DEFAULT_OPTIONS, PackageOptions, write_package


def _write(
    wat: str, directory: Path, options: PackageOptions = DEFAULT_OPTIONS
) -> Path:
    write_package(translate(binary(wat)), directory, options)
    return directory


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """The folder with a package `alone`, which imports nothing."""
    return _write(ALONE, tmp_path / "alone").parent


def _run(program: str, folder: Path, python: str = sys.executable) -> str:
    done = run_python(program, folder, python=python)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_exports_are_attributes(alone: Path) -> None:
    program = "import alone; print(alone.add(2, -3), alone.target, alone._start())"
    assert _run(program, alone) == "-1 python None\n"


def test_a_trap_in_a_function_that_black_does_not_format(tmp_path: Path) -> None:
    """Where that is said stands between the function and the comment that tells its place."""
    body = ""
    for number in range(20):
        store = f"(i32.store (local.get $p) (i32.const {number}))"
        load = f"(i32.load offset={number} (local.get $p))"
        body = f"(loop $l{number} {store} {body} (br_if $l{number} {load}))"
    folder = _write(
        f'(module (memory 1) (func $deep (export "f") (param $p i32) {body}))',
        tmp_path / "deep",
    ).parent
    source = (folder / "deep/_functions/group_0000.py").read_text()
    comment, _, rest = source.partition("\n# fmt: off\ndef f0(v0):\n")
    assert rest
    program = """
import deep
try:
    deep.f(-4)
except deep.Trap as trap:
    print(f"{trap.function} ${trap.function_name}, offset {trap.offset:#x}")
"""
    assert _run(program, folder) == comment.rpartition("# func ")[2] + "\n"


def test_import_instantiates_nothing(alone: Path) -> None:
    program = "import alone; print(len(alone._default._instances), alone.add(1, 1))"
    assert _run(program, alone) == "0 2\n"


def test_each_thread_has_an_instance_of_its_own(alone: Path) -> None:
    program = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import alone

barrier = Barrier(3)

def work(number):
    barrier.wait()
    memory = alone.local().memory
    memory[0] = number
    barrier.wait()
    return memory[0], alone.local() is alone.local(), alone.local()

with ThreadPoolExecutor(3) as executor:
    found = list(executor.map(work, range(3)))
instances = {instance for _, _, instance in found} | {alone.local()}
print(len(instances), [item[:2] for item in found], alone.memory[0])
print(alone.local().exports.add == alone.add)
"""
    assert _run(program, alone) == "4 [(0, True), (1, True), (2, True)] 0\nFalse\n"


def test_an_instance_of_this_thread_needs_imports(tmp_path: Path) -> None:
    folder = _write(EVERY_KIND, tmp_path / "package").parent
    program = (
        "import package\ntry: package.local()\nexcept package.LinkError as e: print(e)"
    )
    assert "unknown import: 'env' 'log'" in _run(program, folder)


def test_an_export_is_bound_once(alone: Path) -> None:
    program = (
        "import alone\n"
        "from alone import add\n"
        "print(alone.add is add, vars(alone)['add'] is add)"
    )
    assert _run(program, alone) == "True True\n"


def test_dir_lists_exports_and_runtime(alone: Path) -> None:
    names = _run("import alone; print(*dir(alone))", alone).split()
    assert {"add", "memory", "instantiate", "module", "Trap", "Memory"} < set(names)
    assert len(names) == len(set(names))


def test_help_says_what_it_is_and_lists_the_exports(alone: Path) -> None:
    text = _run("import alone; help(alone)", alone)
    begin = "alone - A WebAssembly module, translated to Python by wasm2py."
    assert text.split("NAME\n")[1].strip().startswith(begin)
    assert "Exports of the package:" in text
    for name, kind in (("add", "function"), ("memory", "memory")):
        assert f"\n        {name}: {kind}\n" in text
    plain = _run("import alone; print(alone.__doc__)", alone)
    done = run_python("import alone; print(alone.__doc__)", alone, flags=["-OO"])
    assert done.stdout == plain


def test_help_is_harmless_and_bounded(tmp_path: Path) -> None:
    exports = "".join(f'(export "n{n}" (func 0))' for n in range(5000))
    wat = f'(module (import "a" "b" (func)) (export "\\1b[2J\\"" (func 0)) {exports})'
    folder = _write(wat, tmp_path / "many").parent
    lines = _run("import many; print(many.__doc__)", folder).splitlines()
    assert "Exports of instantiate(imports):" in lines
    assert "    '\\x1b[2J\"': function" in lines
    assert lines[-2:] == ["    n998: function", "    ..."]


def test_a_module_is_known_by_its_name_or_the_packages(tmp_path: Path) -> None:
    for name, wat in (("unnamed", "(module)"), ("named", "(module $mine)")):
        _write(wat, tmp_path / name)
    program = "import unnamed, named; print(unnamed.module, named.module)"
    assert _run(program, tmp_path) == (
        "<Module 'unnamed': 0 imports, 0 exports>"
        " <Module 'mine': 0 imports, 0 exports>\n"
    )
    program = "import unnamed, named; print(unnamed.instantiate(), named.instantiate())"
    assert _run(program, tmp_path) == (
        "<Instance of 'unnamed': <exports nothing>> <Instance of 'mine': <exports nothing>>\n"
    )


def test_unknown_attribute(alone: Path) -> None:
    done = run_python("import alone; alone.subtract", alone)
    assert "module 'alone' has no attribute 'subtract'" in done.stderr


def test_functions_are_loaded_when_called(alone: Path) -> None:
    (alone / "alone/_functions/group_0000.py").unlink()
    program = "import alone; print(alone.add.__name__); alone.add(1, 2)"
    done = run_python(program, alone)
    assert done.stdout == "add\n"
    assert "alone is not complete: it has no _functions.group_0000" in done.stderr


@pytest.mark.parametrize("part", ["__init__", "module_0000"])
def test_missing_data_is_named_at_import(alone: Path, part: str) -> None:
    (alone / f"alone/_data/{part}.py").unlink()
    done = run_python("import alone", alone)
    missing = "_data" if part == "__init__" else f"_data.{part}"
    message = f"ImportError: the package alone is not complete: it has no {missing} (in"
    assert message in done.stderr


@pytest.mark.parametrize("length", [2, 5, 6, 44, 4000])
def test_data_that_was_cut_off_is_named_at_import(alone: Path, length: int) -> None:
    part = alone / "alone/_data/module_0000.py"
    before, quote, rest = part.read_text().partition('"')
    part.write_text(f"{before}{quote}{rest.rstrip()[:-1][:-length]}{quote}\n")
    done = run_python("import alone", alone)
    assert done.stderr.splitlines()[-1].startswith("ImportError: ")
    assert "damaged" in done.stderr.splitlines()[-1]


def test_tools_that_follow_imports_find_everything(alone: Path) -> None:
    """PyInstaller and its like look for import statements in compiled code."""
    # Running a package is another way in, which they are told of.
    (alone / "program.py").write_text("import alone\nimport alone.__main__\n")
    finder = ModuleFinder([str(alone)])
    finder.run_script(str(alone / "program.py"))
    found = {vars(module)["__file__"] for module in finder.modules.values()}
    assert {str(path) for path in alone.rglob("*.py")} - found == set()


def test_python_files_are_all_it_needs(alone: Path) -> None:
    """Builders of wheels leave out other files unless they are told otherwise."""
    for path in (alone / "alone").rglob("*"):
        if path.is_file() and path.suffix != ".py":
            path.unlink()
    program = "import alone; print(alone.add(1, 2), len(alone.memory.buffer))"
    assert _run(program, alone) == "3 65536\n"


def test_tracebacks_show_names_and_source(alone: Path) -> None:
    done = run_python("import alone; alone.trap()", alone)
    assert "in inner_trap\n    raise unreachable()" in done.stderr
    assert done.stderr.endswith("Trap: unreachable\n")


def test_imports_of_the_caller(tmp_path: Path) -> None:
    _write(EVERY_KIND, tmp_path / "kinds")
    program = """
import kinds
seen = []
instance = kinds.instantiate({"env": {"log": seen.append}})
print(instance.exports.fib(10), instance.exports.pair(-1, 0.5), seen)
print(instance.exports.memory.read(8, 5), instance.exports.counter.value)
print(hasattr(kinds, "fib"), "fib" in dir(kinds))
try:
    kinds.instantiate({"env": {}})
except kinds.LinkError as error:
    print(error)
kinds.fib
"""
    done = run_python(program, tmp_path)
    lines = done.stdout.splitlines()
    assert lines[:3] == ["55 (-1, 0.5) [5]", "b'hello' 7", "False False"]
    assert "'env' 'log'" in lines[3]
    assert "kinds.instantiate(imports).exports" in done.stderr


def test_hostile_names_are_data(tmp_path: Path) -> None:
    wat = without_imports(hostile_module())
    _write(wat, tmp_path / "hostile")
    program = f"""
names = {HOSTILE_NAMES!r}
import hostile
exports = hostile.instantiate().exports
assert list(exports) == list(names)
for number, name in enumerate(names):
    try:
        exports[name](*(1, 2.0)[: number % 2 * 2])
    except hostile.Trap:
        pass
    own = name in vars(hostile) or name in ("_functions",)
    dunder = name[:2] == name[-2:] == "__"
    if not own and not dunder:
        assert getattr(hostile, name).__name__ == name
assert hostile.__class__ is type(hostile)
assert callable(hostile.instantiate) and hostile.target == "python"
print("done")
"""
    assert _run(program, tmp_path) == "done\n"


def test_hostile_names_of_imports(tmp_path: Path) -> None:
    _write(hostile_module(), tmp_path / "hostile")
    program = f"""
import hostile
hostile.instantiate({{name: {{name: print}} for name in {HOSTILE_NAMES!r}}})
print(len(hostile.Module.imports(hostile.module)))
"""
    assert _run(program, tmp_path) == f"{len(HOSTILE_NAMES)}\n"


def test_custom_sections(tmp_path: Path) -> None:
    wat = (
        '(module (@custom "\\c3\\a9" "one") (@custom "b" "") (@custom "b" "\\00\\ff"))'
    )
    _write(wat, tmp_path / "custom")
    program = (
        "from custom import *\n"
        "print([Module.custom_sections(module, name) for name in ('\\xe9', 'b', 'c')])"
    )
    assert _run(program, tmp_path) == "[[b'one'], [b'', b'\\x00\\xff'], []]\n"


def test_from_a_zip_archive(alone: Path, tmp_path: Path) -> None:
    archive = tmp_path / "packages.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted((alone / "alone").rglob("*.*")):
            file.write(path, path.relative_to(alone))
    shutil.rmtree(alone / "alone")
    program = "import alone; print(alone.add(2, 3)); alone.trap()"
    done = run_python(program, archive)
    assert done.stdout == "5\n"
    assert "inner_trap" in done.stderr


def test_two_packages_of_one_name(alone: Path, tmp_path: Path) -> None:
    other = _write(
        '(module (func (export "add") (param i32 i32) (result i32) (i32.const 7)))',
        tmp_path / "other/alone",
    ).parent
    program = f"""
import sys, alone
first = alone.instantiate()
for name in [name for name in sys.modules if name.split(".")[0] == "alone"]:
    del sys.modules[name]
sys.path.insert(0, {str(other)!r})
import alone
print(alone.add(1, 1), first.exports.add(1, 1))
"""
    assert _run(program, alone) == "7 2\n"


def test_what_finalisers_may_need_is_imported_with_the_package(alone: Path) -> None:
    """One that came while it is imported would find it half done."""
    program = "import sys, alone; print('alone._runtime.instructions' in sys.modules)"
    assert _run(program, alone) == "True\n"


def test_runtime_of_the_environment(tmp_path: Path) -> None:
    _write(ALONE, tmp_path / "thin", PackageOptions(runtime="import"))
    assert not (tmp_path / "thin/_runtime").exists()
    program = (
        "import thin, wasm2py_runtime; print(thin.Memory is wasm2py_runtime.Memory)"
    )
    done = run_python(program, tmp_path, REPOSITORY / "runtime")
    assert done.stdout == "True\n", done.stderr


def test_another_version_of_the_runtime_is_refused(alone: Path) -> None:
    (alone / "alone/_runtime/abi.py").write_text("RT_ABI = 999\n")
    done = run_python("import alone", alone)
    assert "ImportError: alone needs a runtime with RT_ABI" in done.stderr


def test_packages_share_objects(tmp_path: Path) -> None:
    _write(ALONE, tmp_path / "alone")
    _write(
        '(module (import "a" "memory" (memory 1))'
        '(import "a" "add" (func $add (param i32 i32) (result i32)))'
        '(func (export "store") (i32.store (i32.const 4) (call $add (i32.const 3)'
        " (i32.const 4)))))",
        tmp_path / "user",
    )
    program = """
import alone, user
exports = alone.instantiate().exports
user.instantiate({"a": exports}).exports.store()
print(exports.memory.read(4, 4))
"""
    assert _run(program, tmp_path) == "b'\\x07\\x00\\x00\\x00'\n"


def _interpreters() -> list[str]:
    names = ("python3.9", "python3.10", "python3.12", "python3.13", "pypy3")
    return [path for path in map(shutil.which, names) if path]


@pytest.mark.parametrize("python", _interpreters() or [None])
def test_other_interpreters(python: str | None, tmp_path: Path) -> None:
    if python is None:
        pytest.skip("no other Python is on the PATH")
    if subprocess.run([python, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"{python} does not start")
    _write(EVERY_KIND, tmp_path / "kinds")
    program = """
import kinds
exports = kinds.instantiate({"env": {"log": print}}).exports
print(exports.fib(10), exports.pair(-1, 0.5))
"""
    assert _run(program, tmp_path, python=python) == "5\n55 (-1, 0.5)\n"


# Of the standard library, and of the runtime what neither target needs for the first call.
_SLOW = {
    *("bisect", "collections", "contextlib", "enum", "functools", "importlib.util"),
    *("re", "struct", "threading", "types", "typing", "weakref"),
    *(f"alone._runtime.{name}" for name in ("extension", "places")),
    "alone._runtime.wasi.signatures",
}


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="PyPy has its own")
def test_import_and_instantiation_import_little(alone: Path) -> None:
    """In a Python that has imported nothing, not even `site`."""
    program = (
        f"import sys; sys.path.insert(0, {str(alone)!r}); import alone;"
        "alone.instantiate(); print(*sys.modules)"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert "alone._runtime.instance" in modules
    assert not modules & _SLOW, modules & _SLOW


def test_a_first_call_imports_no_more_of_the_runtime(alone: Path) -> None:
    """It may be interrupted, and PyPy may lose what interrupts an import."""
    program = """
import sys, alone
exports = alone.instantiate().exports
before = set(sys.modules)
exports.add(1, 2)
print(*[name for name in set(sys.modules) - before if "._runtime" in name])
"""
    assert _run(program, alone) == "\n"
