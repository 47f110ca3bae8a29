/* Words: the product of two matrices, n times n, modulo 2^32. n is at most 128. */
static int a[128 * 128], b[128 * 128], c[128 * 128];

int run(int n) {
    for (int i = 0; i < n * n; i++) {
        a[i] = i * 3 - 1000;
        b[i] = 7 - i * 5;
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            int sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i * n + k] * b[k * n + j];
            c[i * n + j] = sum;
        }
    int hash = 0;
    for (int i = 0; i < n * n; i++)
        hash = hash * 31 + c[i];
    return hash;
}
