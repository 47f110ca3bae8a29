"""The proposals that have extended WebAssembly, and named sets of them.

Every instruction, type and construct of the binary format that a proposal has brought
carries the proposal's name as its feature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wasm2py.errors import CompileError, Malformed, Unsupported

Features = frozenset[str]

MVP: Final = "mvp"
MUTABLE_GLOBALS: Final = "mutable-globals"
SIGN_EXTENSION: Final = "sign-extension"
SATURATING_FLOAT_TO_INT: Final = "saturating-float-to-int"
MULTI_VALUE: Final = "multi-value"
REFERENCE_TYPES: Final = "reference-types"
BULK_MEMORY: Final = "bulk-memory"
SIMD: Final = "simd"
EXTENDED_CONST: Final = "extended-const"
TAIL_CALL: Final = "tail-call"
MULTI_MEMORY: Final = "multi-memory"
MEMORY64: Final = "memory64"
RELAXED_SIMD: Final = "relaxed-simd"
FUNCTION_REFERENCES: Final = "function-references"
GC: Final = "gc"
EXCEPTIONS: Final = "exceptions"
THREADS: Final = "threads"
LEGACY_EXCEPTIONS: Final = "legacy-exceptions"
CUSTOM_PAGE_SIZES: Final = "custom-page-sizes"
WIDE_ARITHMETIC: Final = "wide-arithmetic"
STACK_SWITCHING: Final = "stack-switching"

WASM1: Final[Features] = frozenset((MVP, MUTABLE_GLOBALS))
WASM2: Final[Features] = WASM1 | {
    SIGN_EXTENSION,
    SATURATING_FLOAT_TO_INT,
    MULTI_VALUE,
    REFERENCE_TYPES,
    BULK_MEMORY,
    SIMD,
}
WASM3: Final[Features] = WASM2 | {
    EXTENDED_CONST,
    TAIL_CALL,
    MULTI_MEMORY,
    MEMORY64,
    RELAXED_SIMD,
    FUNCTION_REFERENCES,
    GC,
    EXCEPTIONS,
}
ALL: Final[Features] = WASM3 | {
    THREADS,
    LEGACY_EXCEPTIONS,
    CUSTOM_PAGE_SIZES,
    WIDE_ARITHMETIC,
    STACK_SWITCHING,
}
DEFAULT_FEATURES: Final[Features] = WASM3 | {THREADS}

SETS: Final[Mapping[str, Features]] = {
    "wasm1": WASM1,
    "wasm2": WASM2,
    "wasm3": WASM3,
    "all": ALL,
}

# What a module may use today; the rest of ALL is recognised and refused by name.
IMPLEMENTED: Final[Features] = (WASM2 - {SIMD}) | {EXTENDED_CONST, MULTI_MEMORY}


def feature_set(features: str | Iterable[str] | None = None) -> Features:
    """The set that a `features=` argument means.

    It is None for the default, the name of a set, or an iterable of names of features
    and sets. Raises ValueError for an unknown name.
    """
    if features is None:
        return DEFAULT_FEATURES
    names = (features,) if isinstance(features, str) else tuple(features)
    chosen: set[str] = {MVP}
    for name in names:
        if name in SETS:
            chosen |= SETS[name]
        elif name in ALL:
            chosen.add(name)
        else:
            known = ", ".join((*SETS, *sorted(ALL)))
            raise ValueError(f"unknown feature {name!r}; there are: {known}")
    return frozenset(chosen)


def refusal(
    features: Features,
    feature: str,
    construct: str,
    offset: int,
    disabled: str,
    error: type[CompileError] = Malformed,
) -> CompileError | None:
    """Why `construct`, which `feature` has brought, may not be used, or None.

    Where the feature is not among `features`, it is an `error` whose message begins
    with `disabled`: what a decoder says that does not know the proposal.
    """
    if feature not in features:
        return error(f"{disabled}: {construct} needs the feature {feature!r}", offset)
    if feature not in IMPLEMENTED:
        message = f"{construct} needs the proposal {feature!r}, which is not supported"
        unsupported = Unsupported(message, offset)
        unsupported.feature = feature
        return unsupported
    return None


def require(
    features: Features,
    feature: str,
    construct: str,
    offset: int,
    disabled: str,
    error: type[CompileError] = Malformed,
) -> None:
    """Raise the `refusal` of a construct, if there is one."""
    reason = refusal(features, feature, construct, offset, disabled, error)
    if reason is not None:
        raise reason
