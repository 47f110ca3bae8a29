/* Single precision: a one-dimensional blur and its energy, rounded at every step. */
static float signal[1024], blurred[1024];

int run(int n) {
    for (int i = 0; i < 1024; i++)
        signal[i] = (float)((i * 37) % 101) * 0.125f;
    float energy = 0;
    for (int round = 0; round < n; round++) {
        for (int i = 1; i < 1023; i++)
            blurred[i] = 0.25f * signal[i - 1] + 0.5f * signal[i] + 0.25f * signal[i + 1];
        for (int i = 1; i < 1023; i++) {
            signal[i] = blurred[i];
            energy += blurred[i] > 6.0f ? blurred[i] * 0.001f : -0.0005f;
        }
    }
    return (int)(energy * 1000.0f);
}
