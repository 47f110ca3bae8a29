/* Calls across the border: `add` is called by the host, `run` calls the host n times. */
__attribute__((import_module("host"), import_name("add"))) extern int host_add(int a, int b);

int add(int a, int b) { return a + b; }

int run(int n) {
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum = host_add(sum, i);
    return sum;
}
