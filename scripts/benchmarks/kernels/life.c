/* Two-dimensional byte neighbourhoods: the game of life on 64 times 64 cells, n generations. */
static unsigned char cells[2][66][66];

int run(int n) {
    unsigned seed = 11;
    for (int y = 0; y < 66; y++)
        for (int x = 0; x < 66; x++) {
            seed = seed * 1664525u + 1013904223u;
            int inner = x > 0 && x < 65 && y > 0 && y < 65;
            cells[0][y][x] = inner && seed >> 30 == 0;
            cells[1][y][x] = 0;
        }
    for (int generation = 0; generation < n; generation++) {
        unsigned char(*old)[66] = cells[generation & 1], (*new)[66] = cells[~generation & 1];
        for (int y = 1; y < 65; y++)
            for (int x = 1; x < 65; x++) {
                int around = old[y - 1][x - 1] + old[y - 1][x] + old[y - 1][x + 1] + old[y][x - 1] +
                             old[y][x + 1] + old[y + 1][x - 1] + old[y + 1][x] + old[y + 1][x + 1];
                new[y][x] = around == 3 || (around == 2 && old[y][x]);
            }
    }
    int hash = 0;
    for (int y = 1; y < 65; y++)
        for (int x = 1; x < 65; x++)
            hash = hash * 3 + cells[n & 1][y][x];
    return hash;
}
