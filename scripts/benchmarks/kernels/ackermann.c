/* Recursion with two arguments, deep rather than wide. */
static unsigned ackermann(unsigned m, unsigned n) {
    if (m == 0)
        return n + 1;
    if (n == 0)
        return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

unsigned run(unsigned n) {
    unsigned sum = 0;
    while (n--)
        sum = sum * 3 + ackermann(2, n & 127);
    return sum;
}
