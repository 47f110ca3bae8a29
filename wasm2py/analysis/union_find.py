"""Union-find: sets of variables for which one choice is made."""

from __future__ import annotations


class Groups:
    """Disjoint sets of variables, each with a leader that stands for it."""

    def __init__(self) -> None:
        self._leaders: dict[int, int] = {}

    def join(self, variable: int, other: int) -> None:
        """Put two variables' groups together."""
        self._leaders[self.leader(variable)] = self.leader(other)

    def members(self) -> set[int]:
        """The variables that have been put together with others."""
        return set(self._leaders) | set(self._leaders.values())

    def leader(self, variable: int) -> int:
        """The leader of a variable's group."""
        leader = variable
        while self._leaders.get(leader, leader) != leader:
            leader = self._leaders[leader]
        while variable != leader:
            following = self._leaders[variable]
            self._leaders[variable] = leader
            variable = following
        return leader
