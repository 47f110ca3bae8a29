"""Runs the commands of an official test script (`.wast`, converted to JSON).

Standard library only and Python 3.9 (see `values.py`). What is tested stands behind
`Engine`: modules compiled in memory, or packages written to disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.conformance.values import argument, float_from_bits, matches

Command = dict[str, Any]


class Engine(NamedTuple):
    """What the commands of a script need from the implementation under test.

    `compile` takes the file name of a module and returns what `instantiate` takes
    together with the imports; `translates` tells whether `compile` reads the bytes of
    the module itself, so that invalid ones can be tried.
    """

    compile: Callable[[str], Any]
    instantiate: Callable[[Any, dict[str, Any]], Any]
    api: Any
    """Namespace with Memory, Table, Global and the exception classes."""
    translates: bool = True


class Failure(NamedTuple):
    """One command that did not do what it should."""

    line: int
    command: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.command}: {self.message}"


class Mismatch(AssertionError):
    """What a command did is not what the script expects."""


class _Printed:
    """The `print` functions of the host module: they take anything, return nothing."""

    def __call__(self, *args: object) -> None:
        """Nothing: what is printed is no part of the tests."""


def spectest(api: Any) -> dict[str, Any]:
    """The host module `spectest` of the official tests."""
    printed = _Printed()
    functions = ("print", "print_i32", "print_i64", "print_f32", "print_f64")
    fields: dict[str, Any] = dict.fromkeys(
        (*functions, "print_i32_f32", "print_f64_f64"), printed
    )
    fields["global_i32"] = api.Global("i32", 666)
    fields["global_i64"] = api.Global("i64", 666)
    fields["global_f32"] = api.Global("f32", float_from_bits("f32", 0x4426_A666))
    fields["global_f64"] = api.Global("f64", 666.6)
    fields["memory"] = api.Memory(1, 2)
    fields["table"] = api.Table("funcref", 10, 20)
    return fields


class ScriptRunner:
    """The state of a script: named instances and what is registered for imports."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.registered: dict[str, Any] = {"spectest": spectest(engine.api)}
        self.current: Any = None
        self.named: dict[str, Any] = {}
        self.definition: Any = None
        self.definitions: dict[str, Any] = {}
        self.executed = 0

    def run(self, commands: list[Command]) -> list[Failure]:
        """Run every command; returns those that failed, in order."""
        failures = []
        for command in commands:
            handler = getattr(self, "_" + command["type"], None)
            if handler is None:
                failures.append(_failure(command, "unknown command"))
                continue
            if not self.engine.translates and _is_about_bytes(command):
                continue
            try:
                handler(command)
                self.executed += 1
            except Mismatch as mismatch:
                failures.append(_failure(command, str(mismatch)))
            # Anything else that escapes is the finding: no trap, no error of ours.
            except Exception as error:  # noqa: BLE001
                failures.append(_failure(command, f"raised {error!r}"))
        return failures

    # Modules

    def _load(self, command: Command) -> Any:
        converted = "binary_filename" in command
        return self.engine.compile(
            command["binary_filename" if converted else "filename"]
        )

    def _instantiate(self, module: Any) -> Any:
        return self.engine.instantiate(module, self.registered)

    def _module(self, command: Command) -> None:
        # Until it is instantiated, actions must not reach the module before it.
        self.current = None
        self._hold(self._instantiate(self._load(command)), command.get("name"))

    def _hold(self, instance: Any, name: str | None) -> None:
        self.current = instance
        if name is not None:
            self.named[name] = instance

    def _module_definition(self, command: Command) -> None:
        self.definition = self._load(command)
        if "name" in command:
            self.definitions[command["name"]] = self.definition

    def _module_instance(self, command: Command) -> None:
        name = command.get("module")
        module = self.definition if name is None else self.definitions[name]
        self._hold(self._instantiate(module), command.get("instance"))

    def _register(self, command: Command) -> None:
        self.registered[command["as"]] = self._instance(command.get("name")).exports

    def _instance(self, name: str | None) -> Any:
        instance = self.current if name is None else self.named[name]
        if instance is None:
            raise Mismatch("there is no instance: its module failed")
        return instance

    # Actions

    def _perform(self, action: dict[str, Any]) -> Any:
        export = self._instance(action.get("module")).exports[action["field"]]
        if action["type"] == "get":
            return export.value
        return export(*map(argument, action["args"]))

    def _action(self, command: Command) -> None:
        self._perform(command["action"])

    def _assert_return(self, command: Command) -> None:
        result, expected = self._perform(command["action"]), command["expected"]
        values: tuple[Any, ...] = (result,)
        if not expected:
            values = () if result is None else values
        elif len(expected) > 1:
            values = result if isinstance(result, tuple) else values
        if len(values) != len(expected) or not all(map(matches, values, expected)):
            raise Mismatch(f"{_call(command)} gave {result!r}, not {expected}")

    def _assert_trap(self, command: Command) -> None:
        api, text = self.engine.api, command["text"]
        try:
            result = self._perform(command["action"])
        except api.Trap as trap:
            _check_text(str(trap), text)
        else:
            raise Mismatch(f"{_call(command)} gave {result!r}, not trap {text!r}")

    def _assert_exhaustion(self, command: Command) -> None:
        try:
            result = self._perform(command["action"])
        except self.engine.api.StackExhausted as trap:
            _check_text(str(trap), command["text"])
        else:
            raise Mismatch(f"{_call(command)} gave {result!r}, did not exhaust")

    def _assert_exception(self, command: Command) -> None:
        try:
            result = self._perform(command["action"])
        except self.engine.api.WasmException:
            return
        raise Mismatch(f"{_call(command)} gave {result!r}, no exception")

    # Modules that must be refused

    def _refused(self, command: Command) -> None:
        if command["module_type"] == "text" and "binary_filename" not in command:
            return  # The text format itself is malformed: no concern of a decoder.
        text = command["text"]
        try:
            self._load(command)
        except self.engine.api.CompileError as error:
            _check_text(error.message, text)
        else:
            raise Mismatch(f"the module was accepted, not refused with {text!r}")

    _assert_malformed = _assert_invalid = _refused

    def _assert_unlinkable(self, command: Command) -> None:
        module = self._load(command)
        try:
            self._instantiate(module)
        except self.engine.api.LinkError as error:
            _check_text(str(error), command["text"])
        else:
            raise Mismatch(f"it was linked, not refused with {command['text']!r}")

    def _assert_uninstantiable(self, command: Command) -> None:
        module = self._load(command)
        try:
            self._instantiate(module)
        except self.engine.api.Trap as trap:
            _check_text(str(trap), command["text"])
        else:
            raise Mismatch(f"it was instantiated, no trap {command['text']!r}")

    def _custom(self, command: Command) -> None:
        """Nothing: custom sections are ignored where they are malformed."""

    _assert_malformed_custom = _assert_invalid_custom = _custom


def _is_about_bytes(command: Command) -> bool:
    return command["type"] in ("assert_malformed", "assert_invalid")


# Other words for what a script wants.
_SAME_WORDS = {
    # 2.0's for the same thing, where 3.0 has changed them.
    "immutable global": "global is immutable",
    "integer too large": "integer representation too long",
    # An initialiser without an end: the specification's decoder reads on into the next
    # section, which one that is given each section whole cannot.
    "illegal opcode": "unexpected end of section or function",
}


def _check_text(actual: str, wanted: str) -> None:
    """As in the specification's own runner: the words wanted begin the message.

    The other way round too: the scripts write "uninitialized element 2" where the
    index is not part of what must be told.
    """
    accepted = (wanted, _SAME_WORDS.get(wanted, wanted))
    if not actual.startswith(accepted) and not (actual and wanted.startswith(actual)):
        raise Mismatch(f"the message is {actual!r}, not {wanted!r}")


def _call(command: Command) -> str:
    action = command["action"]
    args = ", ".join(repr(argument(constant)) for constant in action.get("args", ()))
    return f"{action['field']}({args})"


def _failure(command: Command, message: str) -> Failure:
    return Failure(command["line"], command["type"], message)
