"""What `python_abi.h` declares is what Python.h declares, and part of the stable ABI."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.compilers import COMPILERS
from wasm2py.native.runtime import runtime_files

TEXT = next(file.text for file in runtime_files() if file.name == "python_abi.h")
DECLARATIONS = re.findall(
    r"^(?:W2P_PYTHON_DATA )?\w[^#;{}]*\b_?Py\w+(?:\(.*\))?;", TEXT, re.MULTILINE
)
CONSTANTS = re.findall(
    r"^#define (\w+) (0x[0-9a-f]+|\d+|\(1u << \d+\))\b", TEXT, re.MULTILINE
)
STRUCTS = (
    "PyObject",
    "PyModuleDef",
    "PyType_Spec",
    "PyType_Slot",
    "PyMethodDef",
    "Py_buffer",
)


def check(folder: Path, content: str) -> None:
    """Have a compiler look at what stands behind Python.h."""
    include = sysconfig.get_paths()["include"]
    if "gcc" not in COMPILERS or not Path(include, "Python.h").exists():
        pytest.skip("there is no gcc, or no Python.h")
    path = folder / "check.c"
    # For the version that native packages begin with: what came later is not declared then.
    head = "#define Py_LIMITED_API 0x030b0000\n#include <Python.h>\n#include <structmember.h>\n"
    path.write_text(f"{head}{content}\n")
    command = ["gcc", "-fsyntax-only", "-Werror=implicit", f"-I{include}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def declared(declaration: str) -> str:
    """The name that a declaration declares."""
    (name,) = re.findall(r"(_?Py\w+)(?:\([^()]*(?:\(.*\))?.*\))?;$", declaration)[:1]
    return str(name)


def test_functions_and_data(tmp_path: Path) -> None:
    wanted = [text for text in DECLARATIONS if not text.startswith("typedef")]
    assert len(wanted) > 100
    lines = []
    for text in wanted:
        name = declared(text)
        # A macro of the same name stands before the function.
        lines += [
            f"#ifdef {name}",
            f"#undef {name}",
            "#else",
            f"void *w_{name} = &{name};",
        ]
        lines += ["#endif", text.replace("W2P_PYTHON_DATA", "extern")]
    check(tmp_path, "\n".join(lines))


def test_constants(tmp_path: Path) -> None:
    own = {"READONLY", "Py_TPFLAGS_DEFAULT"}
    wanted = [item for item in CONSTANTS if not item[0].startswith("W2P_")]
    assert len(wanted) > 30
    assert own <= {name for name, _ in wanted}
    lines = [
        f'_Static_assert(({name}) == {value}, "{name}");' for name, value in wanted
    ]
    check(tmp_path, "\n".join(lines))


def test_structs(tmp_path: Path) -> None:
    start = TEXT.index("/* Objects */")
    own = TEXT[start:]
    lines = []
    for name in STRUCTS:
        (body,) = re.findall(rf"(\{{[^}}]*\}}) {name};", own)
        lines += [f"struct w_{name} {body};"]
        lines += [
            f'_Static_assert(sizeof({name}) == sizeof(struct w_{name}), "{name}");'
        ]
    check(tmp_path, "\n".join(lines))
