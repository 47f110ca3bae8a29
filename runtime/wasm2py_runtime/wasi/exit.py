"""The end of a program."""

from __future__ import annotations


class ProcExit(BaseException):
    """The program has called ``proc_exit`` with this ``code``.

    It is no Exception, so that it ends the program whatever is between: ``finally`` runs,
    and nothing that catches Exceptions keeps it. `WASI.start` turns it into a result.
    """

    def __init__(self, code: int, owner: object = None) -> None:
        super().__init__(code)
        self.code = code
        # Whose program it is, where one program runs another.
        self._wasm_owner = owner

    def __str__(self) -> str:
        return f"the program has exited with status {self.code}"
