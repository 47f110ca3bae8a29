"""What the host has for an instance of the guest. Standard library only."""

from __future__ import annotations

from typing import Any


class World:
    """What an instance of the guest imports, from one package or the runtime."""

    def __init__(self, api: Any, **changes: Any) -> None:
        self.memory = api.Memory(1, 16)
        self.table = api.Table("funcref", 4, 100)
        self.setting = api.Global("i64", 1 << 40, mutable=True)
        self.calls: list[tuple[Any, ...]] = []
        self.env = {
            "host": self.host,
            "mixed": self.mixed,
            "memory": self.memory,
            "table": self.table,
            "setting": self.setting,
            "constant": 1.5,
            **changes,
        }

    def host(self, value: int) -> int:
        """Remember the argument."""
        self.calls.append((value,))
        return value

    def mixed(self, *values: Any) -> tuple[Any, ...]:
        """Remember the arguments, and give the last three."""
        self.calls.append(values)
        return values[3:]
