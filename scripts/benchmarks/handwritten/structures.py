"""Lists, trees, heaps, tables of functions, as a person would write them."""

from __future__ import annotations

from typing import Any

M32 = 0xFFFFFFFF


def _signed(x: int) -> int:
    return x - 0x100000000 if x & 0x80000000 else x


def sieve(n: int) -> int:
    composite = bytearray(n)
    i = 2
    while i * i < n:
        if not composite[i]:
            for j in range(i * i, n, i):
                composite[j] = 1
        i += 1
    return sum(i for i in range(2, n) if not composite[i]) & M32


class _Node:
    __slots__ = ("key", "next", "tag", "weight")

    def __init__(self, key: int, weight: int, tag: int, next: _Node | None) -> None:
        self.key = key
        self.weight = weight
        self.tag = tag
        self.next = next


def _merge(a: _Node | None, b: _Node | None) -> _Node | None:
    head: Any = _Node(0, 0, 0, None)
    tail = head
    while a and b:
        if a.key <= b.key:
            tail.next = a
            a = a.next
        else:
            tail.next = b
            b = b.next
        tail = tail.next
    tail.next = a or b
    result: _Node | None = head.next
    return result


def _merge_sort(nodes: _Node | None) -> _Node | None:
    if not nodes or not nodes.next:
        return nodes
    slow: Any = nodes
    fast: _Node | None = nodes.next
    while fast and fast.next:
        slow = slow.next
        fast = fast.next.next
    half, slow.next = slow.next, None
    return _merge(_merge_sort(nodes), _merge_sort(half))


def lists(n: int) -> int:
    seed = 42
    first: _Node | None = None
    for _ in range(n):
        seed = (seed * 1664525 + 1013904223) & M32
        weight = (seed >> 3) & 0xFFFF
        if weight & 0x8000:
            weight -= 0x10000
        first = _Node(_signed(seed) >> 8, weight, seed >> 24, first)
    first = _merge_sort(first)
    back: _Node | None = None
    while first:
        first.next, back, first = back, first, first.next
    result = place = 0
    for turn in range(4):
        node = back
        while node:
            result += (node.weight ^ place) + node.tag * turn
            place += 1
            node = node.next
    return result & M32


def _grow(depth: int) -> Any:
    """A tree: None, or a pair of trees."""
    if depth == 0:
        return None
    return _grow(depth - 1), _grow(depth - 1)


def _count(tree: Any) -> int:
    return 1 + _count(tree[0]) + _count(tree[1]) if tree else 1


def trees(n: int) -> int:
    total = 0
    for i in range(n):
        total = (total * 3 + _count(_grow(4 + i % 6))) & M32
    return total


def _quicksort(v: list[int], low: int, high: int) -> None:
    while high - low > 12:
        pivot, i, j = v[(low + high) // 2], low, high
        while i <= j:
            while v[i] < pivot:
                i += 1
            while v[j] > pivot:
                j -= 1
            if i <= j:
                v[i], v[j] = v[j], v[i]
                i += 1
                j -= 1
        _quicksort(v, low, j)
        low = i
    for i in range(low + 1, high + 1):
        t, j = v[i], i
        while j > low and v[j - 1] > t:
            v[j] = v[j - 1]
            j -= 1
        v[j] = t


def qsort(n: int) -> int:
    seed = 7
    values = []
    for _ in range(n):
        seed = (seed * 1664525 + 1013904223) & M32
        values.append((seed - (seed >> 31 << 32)) >> 4)
    _quicksort(values, 0, n - 1)
    result = 0
    for value in values:
        result = (result * 5 + value) & M32
    return result


def _sift(v: list[float], root: int, n: int) -> None:
    x = v[root]
    child = 2 * root + 1
    while child < n:
        if child + 1 < n and v[child] < v[child + 1]:
            child += 1
        if x >= v[child]:
            break
        v[root] = v[child]
        root = child
        child = 2 * root + 1
    v[root] = x


def heapsort(n: int) -> int:
    seed = 99
    heap = []
    for _ in range(n):
        seed = (seed * 1664525 + 1013904223) & M32
        heap.append((seed >> 8) * 0.5)
    for i in range(n // 2 - 1, -1, -1):
        _sift(heap, i, n)
    for end in range(n - 1, 0, -1):
        heap[end], heap[0] = heap[0], heap[end]
        _sift(heap, 0, end)
    result = 0
    for x in heap:
        result = (result * 5 + int(x)) & M32
    return result


class _Square:
    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height

    def area(self) -> int:
        return self.width * self.width

    def scale(self, k: int) -> int:
        self.width = (self.width * k) & 1023
        return self.width


class _Box(_Square):
    def area(self) -> int:
        return self.width * self.height

    def scale(self, k: int) -> int:
        self.width = (self.width + k) & 511
        self.height = (self.height ^ k) & 511
        return self.height


class _Disc(_Square):
    def area(self) -> int:
        return 355 * self.width * self.width // 113

    def scale(self, k: int) -> int:
        self.width = (self.width + k * 3) & 255
        return self.width


def _add(a: int, b: int) -> int:
    return a + b & M32


def _xor(a: int, b: int) -> int:
    return a ^ b


def _mul(a: int, b: int) -> int:
    return a * (b | 1) & M32


def _rot(a: int, b: int) -> int:
    b &= 31
    return (a << b | a >> (32 - b)) & M32


def tables(n: int) -> int:
    kinds = (_Square, _Box, _Disc)
    shapes = [kinds[i * 7 % 3](i + 1, 65 - i) for i in range(64)]
    operations = (_add, _xor, _mul, _rot)
    result = 1
    for turn in range(n):
        for shape in shapes:
            area = shape.area()
            result = operations[(area ^ turn) & 3](result, area)
            result = (result + shape.scale(result & 15)) & M32
    return result


def _generation(old: list[list[int]]) -> list[list[int]]:
    new = [[0] * 66 for _ in range(66)]
    for y in range(1, 65):
        above, here, below, row = old[y - 1], old[y], old[y + 1], new[y]
        for x in range(1, 65):
            around = above[x - 1] + above[x] + above[x + 1] + here[x - 1]
            around += here[x + 1] + below[x - 1] + below[x] + below[x + 1]
            row[x] = int(around == 3 or (around == 2 and here[x] == 1))
    return new


def life(n: int) -> int:
    seed = 11
    cells = [[0] * 66 for _ in range(66)]
    for y in range(66):
        for x in range(66):
            seed = (seed * 1664525 + 1013904223) & M32
            cells[y][x] = int(0 < x < 65 and 0 < y < 65 and seed >> 30 == 0)
    for _ in range(n):
        cells = _generation(cells)
    result = 0
    for line in cells[1:65]:
        for cell in line[1:65]:
            result = (result * 3 + cell) & M32
    return result
