/* Doubles: Gaussian elimination on a system of n equations. n is at most 128. */
static double a[128][129];

static double magnitude(double x) { return x < 0 ? -x : x; }

int run(int n) {
    unsigned seed = 1;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= n; j++) {
            seed = seed * 1103515245u + 12345u;
            a[i][j] = (double)((int)(seed >> 16) % 1000) + (i == j ? 2000.0 : 0.0);
        }
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int i = k + 1; i < n; i++)
            if (magnitude(a[i][k]) > magnitude(a[pivot][k]))
                pivot = i;
        if (pivot != k)
            for (int j = k; j <= n; j++) {
                double t = a[k][j];
                a[k][j] = a[pivot][j];
                a[pivot][j] = t;
            }
        for (int i = k + 1; i < n; i++) {
            double factor = a[i][k] / a[k][k];
            for (int j = k; j <= n; j++)
                a[i][j] -= factor * a[k][j];
        }
    }
    double sum = 0;
    for (int i = n - 1; i >= 0; i--) {
        double x = a[i][n];
        for (int j = i + 1; j < n; j++)
            x -= a[i][j] * a[j][n];
        a[i][n] = x / a[i][i];
        sum += a[i][n];
    }
    return (int)(sum * 1000000.0);
}
