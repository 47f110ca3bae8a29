"""Recursion, matrices and floating point, as a person would write them."""

from __future__ import annotations

import struct

M32 = 0xFFFFFFFF


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def _ackermann(m: int, n: int) -> int:
    if m == 0:
        return n + 1
    if n == 0:
        return _ackermann(m - 1, 1)
    return _ackermann(m - 1, _ackermann(m, n - 1))


def ackermann(n: int) -> int:
    total = 0
    while n:
        n -= 1
        total = (total * 3 + _ackermann(2, n & 127)) & M32
    return total


def matmul(n: int) -> int:
    a = [[(i * n + k) * 3 - 1000 for k in range(n)] for i in range(n)]
    b = [[7 - (k * n + j) * 5 for j in range(n)] for k in range(n)]
    columns = list(zip(*b))
    result = 0
    for row in a:
        for column in columns:
            total = 0
            for x, y in zip(row, column):
                total += x * y
            result = (result * 31 + total) & M32
    return result


def gauss(n: int) -> int:
    a = []
    seed = 1
    for i in range(n):
        row = []
        for j in range(n + 1):
            seed = (seed * 1103515245 + 12345) & M32
            row.append(float((seed >> 16) % 1000) + (2000.0 if i == j else 0.0))
        a.append(row)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(a[i][k]))
        a[k], a[pivot] = a[pivot], a[k]
        chosen = a[k]
        for i in range(k + 1, n):
            row = a[i]
            factor = row[k] / chosen[k]
            for j in range(k, n + 1):
                row[j] -= factor * chosen[j]
    total = 0.0
    for i in range(n - 1, -1, -1):
        x = a[i][n]
        for j in range(i + 1, n):
            x -= a[i][j] * a[j][n]
        a[i][n] = x / a[i][i]
        total += a[i][n]
    return int(total * 1000000.0)


_BODIES = (
    (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47841760435743),
    (4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.606326392995832,
     2.81198684491626016, -0.02521836165988763, 0.037693674870389486),
    (8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -1.01077434617879236,
     1.82566237123041186, 0.00841576137658415, 0.011286326131968767),
    (12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 1.08279100644153536,
     0.868713018169608219, -0.01083263740136364, 0.0017237240570597112),
    (15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.979090732243897976,
     0.594698998647676169, -0.03475595555078104, 0.0020336868699246304),
)  # fmt: skip


def nbody(n: int) -> int:
    bodies = [list(body) for body in _BODIES]
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
    dt = 0.01
    for _ in range(n):
        for a, b in pairs:
            dx = a[0] - b[0]
            dy = a[1] - b[1]
            dz = a[2] - b[2]
            square = dx * dx + dy * dy + dz * dz
            magnitude = dt / (square * square**0.5)
            a[3] -= dx * b[6] * magnitude
            a[4] -= dy * b[6] * magnitude
            a[5] -= dz * b[6] * magnitude
            b[3] += dx * a[6] * magnitude
            b[4] += dy * a[6] * magnitude
            b[5] += dz * a[6] * magnitude
        for body in bodies:
            body[0] += dt * body[3]
            body[1] += dt * body[4]
            body[2] += dt * body[5]
    return int((bodies[0][0] + bodies[1][1] + bodies[2][2] + bodies[3][3]) * 1e8)


def mandelbrot(n: int) -> int:
    total = 0
    for row in range(n):
        cy = 2.0 * row / n - 1.0
        for column in range(n):
            cx = 3.0 * column / n - 2.0
            x = y = 0.0
            steps = 0
            while steps < 100 and x * x + y * y <= 4.0:
                x, y = x * x - y * y + cx, 2 * x * y + cy
                steps += 1
            total += steps
    return total


_FLOAT = struct.Struct("f")


def _single(x: float) -> float:
    result: float = _FLOAT.unpack(_FLOAT.pack(x))[0]
    return result


def floats(n: int) -> int:
    signal = [((i * 37) % 101) * 0.125 for i in range(1024)]
    blurred = signal[:]
    energy = 0.0
    small, gain = _single(-0.0005), _single(0.001)
    for _ in range(n):
        for i in range(1, 1023):
            value = _single(0.25 * signal[i - 1] + 0.5 * signal[i])
            blurred[i] = _single(value + 0.25 * signal[i + 1])
        for i in range(1, 1023):
            x = signal[i] = blurred[i]
            energy = _single(energy + (_single(x * gain) if x > 6.0 else small))
    return int(_single(energy * 1000.0))
