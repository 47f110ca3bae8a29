/* Sorting doubles in a heap. n is at most 65,536. */
static double heap[65536];

static void sift(double *v, int root, int n) {
    double x = v[root];
    int child;
    while ((child = 2 * root + 1) < n) {
        if (child + 1 < n && v[child] < v[child + 1])
            child++;
        if (x >= v[child])
            break;
        v[root] = v[child];
        root = child;
    }
    v[root] = x;
}

int run(int n) {
    unsigned seed = 99;
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        heap[i] = (double)(seed >> 8) * 0.5;
    }
    for (int i = n / 2 - 1; i >= 0; i--)
        sift(heap, i, n);
    for (int end = n - 1; end > 0; end--) {
        double x = heap[end];
        heap[end] = heap[0];
        heap[0] = x;
        sift(heap, 0, end);
    }
    int hash = 0;
    for (int i = 0; i < n; i++)
        hash = hash * 5 + (int)heap[i];
    return hash;
}
