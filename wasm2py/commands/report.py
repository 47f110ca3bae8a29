"""What `wasm2py inspect` prints: names from the module are always quoted and escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from wasm2py.binary.module_reader import SectionRange
from wasm2py.errors import LimitExceeded
from wasm2py.inspection import ComponentInspection, Inspection
from wasm2py.inspection.parser import UNKNOWN
from wasm2py.inspection.sections import FullType
from wasm2py.spec.types import (
    I32,
    FuncType,
    GlobalType,
    MemoryType,
    TableType,
    TagType,
    ValType,
)

# Parameters or results that are shown.
MOST_TYPES = 40
# In one JSON object, where all are: a module may name a type of a thousand a million times.
_MOST_JSON_TYPES = 1_000_000


def json_report(inspection: Inspection | ComponentInspection) -> str:
    """The inspection as one JSON object, in ASCII. Raises LimitExceeded for a huge one."""
    if isinstance(inspection, Inspection):
        _check([inspection])
        return json.dumps(_json_module(inspection), indent=2)
    _check([module for _, module in inspection.modules])
    content = inspection._asdict() | {
        "sections": [section._asdict() for section in inspection.sections],
        "modules": [
            {"offset": offset} | _json_module(module)
            for offset, module in inspection.modules
        ],
    }
    return json.dumps(content, indent=2)


def _check(modules: list[Inspection]) -> None:
    types = (
        described.type if isinstance(described, TagType) else described
        for module in modules
        for _, described in (*module.imports, *module.exports)
    )
    total = sum(
        len(type.params) + len(type.results)
        for type in types
        if isinstance(type, FuncType)
    )
    if total > _MOST_JSON_TYPES:
        text = f"{total:,} parameters and results of imports and exports"
        raise LimitExceeded(f"too much to print as JSON: {text}")


def _json_module(inspection: Inspection) -> dict[str, Any]:
    return {
        "size": inspection.size,
        "sections": [section._asdict() for section in inspection.sections],
        "imports": [
            {"module": item.module, "name": item.name, "kind": item.kind}
            | {"type": _json_type(described)}
            for item, described in inspection.imports
        ],
        "exports": [
            {"name": item.name, "kind": item.kind, "index": item.index}
            | {"type": _json_type(described)}
            for item, described in inspection.exports
        ],
        "features": inspection.features,
        "unsupported": inspection.unsupported,
        "functions": inspection.functions,
        "native_functions": inspection.native,
        "largest_functions": [function._asdict() for function in inspection.largest],
    }


def text_report(inspection: Inspection | ComponentInspection) -> str:
    """The inspection for people."""
    if isinstance(inspection, Inspection):
        return "\n".join(_lines(inspection))
    return "\n".join(_component_lines(inspection))


def _component_lines(inspection: ComponentInspection) -> Iterator[str]:
    modules = inspection.modules
    plural = "" if len(modules) == 1 else "s"
    yield f"{inspection.size:,} bytes, a component of {len(modules):,} module{plural}"
    yield from _sections(inspection.sections)
    for title, names in (
        ("Imports", inspection.imports),
        ("Exports", inspection.exports),
    ):
        yield f"\n{title}"
        yield from (f"  {_quoted(name)}" for name in names)
        if not names:
            yield "  none"
    yield from (f"  {text}" for text in inspection.unread)
    for number, (offset, module) in enumerate(modules):
        yield f"\nModule {number}, at {offset:#x}"
        yield from (f"  {line}".rstrip() for line in text_report(module).splitlines())


def _sections(sections: list[SectionRange]) -> Iterator[str]:
    yield "\nSections"
    for section in sections:
        name = section.name if section.id else f"custom {json.dumps(section.name)}"
        if name == UNKNOWN:
            name = f"{UNKNOWN} ({section.id})"
        yield f"  {section.offset:#010x}  {section.size:>11,}  {name}"


def _lines(inspection: Inspection) -> Iterator[str]:
    yield f"{inspection.size:,} bytes, {inspection.functions:,} functions"
    yield f"native: {inspection.native:,} of {inspection.functions:,} functions"
    yield from _sections(inspection.sections)
    for title, items in (
        (
            "Imports",
            [
                (f"{_quoted(i.module)} {_quoted(i.name)}", i.kind, described)
                for i, described in inspection.imports
            ],
        ),
        (
            "Exports",
            [
                (_quoted(i.name), i.kind, described)
                for i, described in inspection.exports
            ],
        ),
    ):
        yield f"\n{title}"
        for name, kind, described in items:
            yield f"  {name}: {kind} {_text_type(described)}"
        if not items:
            yield "  none"
    yield "\nFeatures"
    yield f"  {', '.join(inspection.features) or 'none beyond the first version'}"
    for message in inspection.unsupported:
        yield f"  {message}"
    yield "\nLargest functions"
    for function in inspection.largest:
        name = "" if function.name is None else f" {_quoted(function.name)}"
        place = f"{function.offset:#010x}  {function.size:>11,}"
        yield f"  {place}  func {function.funcidx}{name}"


def _quoted(name: str) -> str:
    return json.dumps(name)


def _json_type(described: FullType) -> Any:
    if isinstance(described, FuncType):
        return {"params": described.params, "results": described.results}
    if isinstance(described, GlobalType):
        return {"type": described.type, "mutable": described.mutable}
    if isinstance(described, (MemoryType, TableType)):
        content = {
            "minimum": described.limits.minimum,
            "maximum": described.limits.maximum,
            "address": described.address,
        }
        if isinstance(described, TableType):
            return content | {"element": described.element}
        return content | {"shared": described.shared}
    if described is None or isinstance(described, int):
        return None
    return _json_type(described.type)


def _text_type(described: FullType) -> str:
    if isinstance(described, FuncType):
        return f"{_text_types(described.params)} -> {_text_types(described.results)}"
    if isinstance(described, GlobalType):
        return f"mut {described.type}" if described.mutable else described.type
    if isinstance(described, TableType):
        return f"{_text_limits(described)} {described.element}"
    if isinstance(described, MemoryType):
        shared = " shared" if described.shared else ""
        return f"{_text_limits(described)} pages{shared}"
    if described is None or isinstance(described, int):
        return "of a type that is not known"
    return _text_type(described.type)


def _text_types(types: tuple[ValType, ...]) -> str:
    """Some of them: a module may import a long one a million times."""
    more = len(types) - MOST_TYPES
    shown = [*types[:MOST_TYPES], *([f"and {more:,} more"] if more > 0 else [])]
    return f"({', '.join(shown)})"


def _text_limits(described: MemoryType | TableType) -> str:
    address = "" if described.address == I32 else f"{described.address} "
    limits = described.limits
    if limits.maximum is None:
        return f"{address}{limits.minimum:,} or more"
    return f"{address}{limits.minimum:,} to {limits.maximum:,}"
