"""The examples in a document: found, run, and compared with what is written there.

Three kinds of fenced blocks count:

- `console`: shell commands after "$ ", and what they print;
- `python` that begins with ">>>": an interactive session; all sessions of a document
  are one;
- `python` after a comment `<!-- golden/AREA/CASE function N -->` (or the path of a
  module): the Python that function N is translated to.

Other blocks are not run. What changes from run to run is not compared, see `settled`.
"""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from wasm2py.package.groups import group_source
from wasm2py.package.info import function_names
from wasm2py.spec.features import feature_set
from wasm2py.translation.translator import Translator

REPOSITORY = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(
    r"(?:^<!-- (?P<source>\S+) function (?P<function>\d+) -->\n\n?)?"
    r"^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

# Seconds, ports, sizes that depend on the runtime, and addresses of objects.
_UNSETTLED = (
    (re.compile(r"\b\d+\.\d\d s\b"), "0.00 s"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:0"),
    (re.compile(r"[\d,]+ bytes out"), "0 bytes out"),
    (re.compile(r"0x[0-9a-f]{8,16}\b"), "0x0"),
)
_COMMAND_SECONDS = 120


@contextmanager
def importable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in a folder, whose modules can be imported, and are forgotten afterwards."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    known = set(sys.modules)
    yield folder
    for name in set(sys.modules) - known:
        origin = getattr(sys.modules[name], "__file__", None)
        if origin is not None and Path(origin).is_relative_to(folder):
            del sys.modules[name]


class Example(NamedTuple):
    """A piece of a document that can be run: where its output is, and what gives it."""

    line: int
    title: str
    start: int
    """Where the output stands in the document."""
    end: int
    output: Callable[[], str]


class Session:
    """The interactive session of a document; code runs with the tests' own Python."""

    def __init__(self) -> None:
        self._globals: dict[str, Any] = {"__name__": "__main__"}

    def run(self, example: doctest.Example) -> str:
        """What an interactive Python prints for an example."""
        got: list[str] = []
        test = doctest.DocTest([example], self._globals, "", None, 0, "")
        test.globs = self._globals
        _Runner(got).run(test, out=got.append, clear_globs=False)
        return "".join(got)


class _Runner(doctest.DocTestRunner):
    """Keeps what examples print, right or wrong."""

    def __init__(self, got: list[str]) -> None:
        super().__init__(verbose=False, optionflags=doctest.ELLIPSIS)
        self._got = got

    def report_start(self, out: Any, test: Any, example: Any) -> None:
        """Nothing to say."""

    def report_success(self, out: Any, test: Any, example: Any, got: str) -> None:
        # An exception counts as printed text when its last line is as expected.
        self._got.append(example.want)

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        self._got.append(got)

    def report_unexpected_exception(
        self, out: Any, test: Any, example: Any, exc_info: Any
    ) -> None:
        kind, error = exc_info[:2]
        name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        head = "Traceback (most recent call last):\n  ...\n"
        self._got.append(f"{head}{name}: {error}\n")


def settled(output: str) -> str:
    """An output without what differs from run to run."""
    for pattern, replacement in _UNSETTLED:
        output = pattern.sub(replacement, output)
    return output


def examples(text: str, folder: Path) -> Iterator[Example]:
    """The examples of a document, to be run in order; commands run in `folder`."""
    session = Session()
    for block in _BLOCK.finditer(text):
        language, body, start = block["language"], block["text"], block.start("text")
        line = text.count("\n", 0, start) + 1
        if language == "console":
            yield from _commands(body, start, line, folder)
        elif language == "python" and block["source"]:
            source, function = block["source"], int(block["function"])
            title = f"function {function} of {source}"

            def translated(source: str = source, function: int = function) -> str:
                return generated(source, function)

            yield Example(line, title, start, block.end("text"), translated)
        elif language == "python" and body.startswith(">>> "):
            yield from _interactions(body, start, line, session)


def check(document: str, folder: Path, bless: bool) -> None:
    """Compare what a document shows with what happens, or write into it what happens."""
    path = REPOSITORY / document
    text = path.read_text("utf-8")
    wrong = []
    changes = []
    for example in examples(text, folder):
        expected = text[example.start : example.end]
        output = example.output()
        if settled(output) != settled(expected):
            place = f"{document}:{example.line}: {example.title}"
            wrong.append(f"{place}\nexpected:\n{expected}\ngot:\n{output}")
            changes.append((example.start, example.end, output))
    if bless:
        for start, end, output in reversed(changes):
            text = text[:start] + output + text[end:]
        path.write_text(text, "utf-8")
        return
    assert not wrong, "\n\n".join(wrong)


def _commands(body: str, start: int, line: int, folder: Path) -> Iterator[Example]:
    for found in re.finditer(r"^\$ (.*\n)((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
        command = found[1].strip()

        def output(command: str = command) -> str:
            return shell(command, folder)

        at = line + body.count("\n", 0, found.start())
        yield Example(at, command, start + found.start(2), start + found.end(2), output)


def _interactions(
    body: str, start: int, line: int, session: Session
) -> Iterator[Example]:
    place = 0
    for part in doctest.DocTestParser().parse(body):
        if isinstance(part, str):
            place += len(part)
            continue
        code = _code_length(body[place:])
        first = start + place + code
        place += code + len(part.want)

        def output(part: doctest.Example = part) -> str:
            return session.run(part)

        title = part.source.strip()
        yield Example(line + part.lineno, title, first, first + len(part.want), output)


def _code_length(text: str) -> int:
    code = re.match(r">>> .*\n(?:\.\.\.(?: .*)?\n)*", text)
    return code.end() if code is not None else 0


def shell(command: str, folder: Path) -> str:
    """What a command prints, errors too."""
    scripts = Path(sys.executable).parent
    path = f'PATH="{scripts}:$PATH"; '
    run = subprocess.run(
        ["bash", "-c", path + command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_COMMAND_SECONDS,
        check=False,
        text=True,
    )
    return run.stdout


def generated(source: str, function: int) -> str:
    """The Python of one function of a module, with the comment above it."""
    path = REPOSITORY / source
    data = (path / "input.wasm" if path.is_dir() else path).read_bytes()
    translator = Translator(feature_set())
    translator.receive(data)
    translator.receive(b"")
    env = translator.env
    code = next(item for item in translator.codes if item.funcidx == function)
    text = group_source([code], function_names(env))
    return text[text.index("# func ") :]
