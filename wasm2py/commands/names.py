"""`--names-from`: readable names, from the scripts that modules are published with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wasm2py.commands.failures import Failure
from wasm2py.glue.reader import MOST_BYTES, Glue, TooComplex, read_glue
from wasm2py.glue.renaming import renamed_by
from wasm2py.inspection import Inspection
from wasm2py.sources import open_source
from wasm2py.spec.types import FuncType


def names_from(
    scripts: Sequence[str] | None, timeout: float, deadline: float
) -> Glue | None:
    """What scripts (URLs, files) say of names; None where there are none.

    Raises ``Failure``, and ``SourceError``.
    """
    if not scripts:
        return None
    found = Glue()
    for script in scripts:
        with open_source(script, timeout, deadline) as source:
            content = bytearray()
            for chunk in source.chunks:
                content += chunk
                if len(content) > MOST_BYTES:
                    break
        try:
            found.add(read_glue(bytes(content)))
        except TooComplex as error:
            raise Failure(f"{script}: no script of a module's: {error}") from error
    return found


def with_names(
    inspection: Inspection, names: Glue, note: Callable[[str], object]
) -> Inspection:
    """What is in a module, under the names of scripts."""
    imports = [item for item, _ in inspection.imports]
    exports = [item for item, _ in inspection.exports]
    nothing = FuncType((), ())
    initialisers = {item.name for item, type in inspection.exports if type == nothing}
    renamed = renamed_by(imports, exports, names, initialisers)
    for text in renamed.notes:
        note(text)
    types = {(item.kind, item.index): type for item, type in inspection.exports}
    return inspection._replace(
        imports=[
            (item, type)
            for item, (_, type) in zip(renamed.imports, inspection.imports, strict=True)
        ],
        exports=[(item, types[item.kind, item.index]) for item in renamed.exports],
    )
