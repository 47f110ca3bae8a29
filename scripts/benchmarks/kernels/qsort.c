/* Sorting words: quicksort that ends in insertion sort, then heapsort. n is at most 65,536. */
static int values[65536];

static void quicksort(int *v, int low, int high) {
    while (high - low > 12) {
        int pivot = v[(low + high) / 2], i = low, j = high;
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i <= j) {
                int t = v[i];
                v[i++] = v[j];
                v[j--] = t;
            }
        }
        quicksort(v, low, j);
        low = i;
    }
    for (int i = low + 1; i <= high; i++) {
        int t = v[i], j = i;
        for (; j > low && v[j - 1] > t; j--)
            v[j] = v[j - 1];
        v[j] = t;
    }
}

static int fill(int n, unsigned seed) {
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        values[i] = (int)seed >> 4;
    }
    return n;
}

int run(int n) {
    quicksort(values, 0, fill(n, 7) - 1);
    int hash = 0;
    for (int i = 0; i < n; i++)
        hash = hash * 5 + values[i];
    return hash;
}
