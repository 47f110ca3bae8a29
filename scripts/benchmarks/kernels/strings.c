/* String scanning: words counted and hashed, a substring searched, numbers read and written. */
static const char *const words[8] = {"lorem", "ipsum", "dolor", "sit", "amet,", "42", "consectetur", "-1234567"};
static char text[1 << 19];

static unsigned length(const char *s) {
    const char *p = s;
    while (*p)
        p++;
    return (unsigned)(p - s);
}

static const char *find(const char *hay, const char *needle) {
    for (; *hay; hay++) {
        const char *h = hay, *n = needle;
        while (*n && *h == *n) {
            h++;
            n++;
        }
        if (!*n)
            return hay;
    }
    return 0;
}

static int number(const char *s) {
    int sign = 1, value = 0;
    if (*s == '-') {
        sign = -1;
        s++;
    }
    while (*s >= '0' && *s <= '9')
        value = value * 10 + (*s++ - '0');
    return sign * value;
}

static int letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int run(int n) {
    unsigned seed = 5;
    char *p = text;
    for (int i = 0; i < n; i++) {
        seed = seed * 1103515245u + 12345u;
        for (const char *w = words[seed >> 16 & 7]; *w;)
            *p++ = *w++;
        *p++ = i % 11 == 10 ? '\n' : ' ';
    }
    *p = 0;
    int hash = (int)length(text), inside = 0;
    for (const char *q = text; *q; q++) {
        if (letter(*q)) {
            hash = hash * 33 + *q;
            inside = 1;
        } else if (inside) {
            hash ^= 0x5bd1e995;
            inside = 0;
        }
    }
    for (const char *q = text; (q = find(q, "-12")); q++)
        hash += number(q);
    return hash;
}
