"""What `wasm2py inspect` prints: names from the module are always quoted and escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from wasm2py.inspection import Inspection
from wasm2py.spec.types import (
    ExternType,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
)


def json_report(inspection: Inspection) -> str:
    """The inspection as one JSON object, in ASCII."""
    content = {
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
        "largest_functions": [function._asdict() for function in inspection.largest],
    }
    return json.dumps(content, indent=2)


def text_report(inspection: Inspection) -> str:
    """The inspection for people."""
    return "\n".join(_lines(inspection))


def _lines(inspection: Inspection) -> Iterator[str]:
    yield f"{inspection.size:,} bytes, {inspection.functions:,} functions"
    yield "\nSections"
    for section in inspection.sections:
        name = section.name if section.id else f"custom {json.dumps(section.name)}"
        yield f"  {section.offset:#010x}  {section.size:>11,}  {name}"
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


def _json_type(described: ExternType | FuncType) -> Any:
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
    return None if isinstance(described, int) else _json_type(described.type)


def _text_type(described: ExternType | FuncType) -> str:
    if isinstance(described, FuncType):
        return f"({', '.join(described.params)}) -> ({', '.join(described.results)})"
    if isinstance(described, GlobalType):
        return f"mut {described.type}" if described.mutable else described.type
    if isinstance(described, TableType):
        return f"{_text_limits(described.limits)} {described.element}"
    if isinstance(described, MemoryType):
        shared = " shared" if described.shared else ""
        return f"{_text_limits(described.limits)} pages{shared}"
    return "" if isinstance(described, int) else _text_type(described.type)


def _text_limits(limits: Limits) -> str:
    if limits.maximum is None:
        return f"{limits.minimum:,} or more"
    return f"{limits.minimum:,} to {limits.maximum:,}"
