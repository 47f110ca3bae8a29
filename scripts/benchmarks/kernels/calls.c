/* Calls across the border, called by the host: `add`, which calls nothing, `wide` and
 * `half`, with other types, and `nested`, which calls a function that may call itself.
 * `run` calls the host n times. */
__attribute__((import_module("host"), import_name("add"))) extern int host_add(int a, int b);

int add(int a, int b) { return a + b; }

long long wide(long long a, long long b) { return a + b; }

double half(double a, double b) { return (a + b) * 0.5; }

__attribute__((noinline)) static int down(int a, int b) {
    return b > 1000000000 ? down(b, a) * 3 + down(a, b - 1) : a + b;
}

int nested(int a, int b) { return down(a, b); }

int run(int n) {
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum = host_add(sum, i);
    return sum;
}
