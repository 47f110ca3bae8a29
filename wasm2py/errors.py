"""The errors of translation: what is wrong with a module, and where."""

from __future__ import annotations

from typing import Final

from wasm2py_runtime.errors import WasmError

_SHOWN: Final = 100  # characters of a name in a message


class CompileError(WasmError):
    """The module cannot be translated.

    `message` begins with the words that the specification's tests use. `offset` is
    the byte in the module at which the fault was found, `function` the index of the
    function it is in (imported functions counted), `function_name` that function's
    name if it is known by now, `instruction` the mnemonic concerned. Each of these is
    None where it does not apply.
    """

    def __init__(
        self,
        message: str,
        offset: int | None = None,
        *,
        function: int | None = None,
        function_name: str | None = None,
        instruction: str | None = None,
    ) -> None:
        super().__init__(message, offset)
        self.message = message
        self.offset = offset
        self.function = function
        self.function_name = function_name
        self.instruction = instruction

    def locate(
        self,
        offset: int,
        function: int | None = None,
        instruction: str | None = None,
    ) -> None:
        """Fill in what is not yet known about the place."""
        if self.offset is None:
            self.offset = offset
        if self.function is None:
            self.function = function
        if self.instruction is None:
            self.instruction = instruction

    def __str__(self) -> str:
        place = []
        if self.offset is not None:
            place.append(f"at offset {self.offset:#x}")
        if self.function is not None:
            place.append(f"in function {self.function}")
        if self.function_name is not None:
            # A name is the module's own text: this keeps it short, and on one line.
            place.append(repr(self.function_name[:_SHOWN]))
        if self.instruction is not None:
            place.append(f"({self.instruction})")
        return f"{self.message}, {' '.join(place)}" if place else self.message


class Malformed(CompileError):
    """The bytes do not follow the grammar of the binary format."""


class UnexpectedEnd(Malformed):
    """The bytes end within a construct."""


class Invalid(CompileError):
    """The module is well-formed and breaks a rule of validation."""


class LimitExceeded(CompileError):
    """The module is larger in some way than implementations have to accept."""


class Unsupported(CompileError):
    """The module uses a proposal that is known here and not implemented.

    `feature` is the proposal's name, None for the component model.
    """

    feature: str | None = None


class Unimplemented(CompileError):
    """A part of the translator has no path for an instruction or type, which the message names.

    What is not among the implemented features is refused before (`Unsupported`): this is met by
    who switches a feature on without having implemented all of it.
    """


class BuildError(RuntimeError):
    """The native build of a module cannot be made: there is no C compiler, or it has failed.

    The message is one line, with the compiler's own first error where there is one.
    """


class SnapshotError(RuntimeError):
    """A module cannot be initialised ahead of time, or what comes of it cannot be kept.

    The message is one line.
    """
