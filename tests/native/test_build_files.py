"""How functions are distributed over C files."""

from __future__ import annotations

import random

from wasm2py.native.files import FunctionFiles, SourceFile
from wasm2py.targets.base import FunctionCode


def function(index: int, text: str) -> FunctionCode:
    return FunctionCode(index, 0, 1, "", (), (), (), text)


def functions(count: int, seed: int = 5) -> list[FunctionCode]:
    numbers = random.Random(seed)
    return [
        function(
            index, f"void f{index}(void) {{ {'x();' * numbers.randrange(1000)} }}\n"
        )
        for index in range(count)
    ]


def files(codes: list[FunctionCode]) -> list[SourceFile]:
    made = FunctionFiles()
    complete = [file for code in codes for file in made.receive(code)]
    return [*complete, *made.finish()]


def test_every_function_is_in_one_file_in_order() -> None:
    codes = functions(1000)
    made = files(codes)
    text = "".join(file.text for file in made)
    places = [text.index(code.native) for code in codes]
    assert places == sorted(places)
    assert len(made) > 5
    assert len({file.name for file in made}) == len(made)


def test_files_are_neither_small_nor_large() -> None:
    sizes = [len(file.text) for file in files(functions(3000))]
    assert all(size >= 64 * 1024 for size in sizes[:-1])
    assert all(size <= 520 * 1024 for size in sizes)


def test_a_changed_function_changes_few_files() -> None:
    codes = functions(2000)
    before = set(files(codes))
    for index in range(0, 2000, 97):
        changed = [*codes]
        changed[index] = function(index, "/* another one */\n")
        assert len(before.symmetric_difference(files(changed))) <= 6


def test_a_changed_function_usually_changes_one_file() -> None:
    codes = functions(2000)
    before = set(files(codes))
    alone = 0
    for index in range(0, 2000, 97):
        changed = [*codes]
        changed[index] = function(index, codes[index].native.replace("{", "{ y();"))
        alone += len(before.symmetric_difference(files(changed))) == 2
    assert alone >= 15


def test_functions_that_stay_in_python_are_left_out() -> None:
    assert files([function(0, "")]) == []
    (only,) = files([function(0, ""), function(1, "void f1(void) {}\n")])
    assert only.name == "functions_00001.c"


def test_comments() -> None:
    made = FunctionFiles(lambda index: f"/* {index} */\n")
    assert not [*made.receive(function(3, "void f3(void) {}\n"))]
    (file,) = made.finish()
    assert file.text == '#include "module.h"\n\n/* 3 */\nvoid f3(void) {}\n'
