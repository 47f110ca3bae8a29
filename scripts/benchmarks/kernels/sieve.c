/* Strided byte stores, then a scan over bytes. n is at most the size of the sieve. */
static unsigned char composite[1 << 20];

unsigned run(unsigned n) {
    for (unsigned i = 0; i < n; i++)
        composite[i] = 0;
    for (unsigned i = 2; i * i < n; i++)
        if (!composite[i])
            for (unsigned j = i * i; j < n; j += i)
                composite[j] = 1;
    unsigned sum = 0;
    for (unsigned i = 2; i < n; i++)
        if (!composite[i])
            sum += i;
    return sum;
}
