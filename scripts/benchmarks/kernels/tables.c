/* Calls through tables: shapes with virtual methods, and a folded list of operations. */
struct shape;
struct methods {
    int (*area)(const struct shape *);
    int (*scale)(struct shape *, int);
};
struct shape {
    const struct methods *methods;
    int width, height;
};

static int square_area(const struct shape *s) { return s->width * s->width; }
static int square_scale(struct shape *s, int k) { return s->width = (s->width * k) & 1023; }
static int box_area(const struct shape *s) { return s->width * s->height; }
static int box_scale(struct shape *s, int k) {
    s->width = (s->width + k) & 511;
    return s->height = (s->height ^ k) & 511;
}
static int disc_area(const struct shape *s) { return 355 * s->width * s->width / 113; }
static int disc_scale(struct shape *s, int k) { return s->width = (s->width + k * 3) & 255; }

static const struct methods kinds[3] = {
    {square_area, square_scale}, {box_area, box_scale}, {disc_area, disc_scale}};
static struct shape shapes[64];

static unsigned op_add(unsigned a, unsigned b) { return a + b; }
static unsigned op_xor(unsigned a, unsigned b) { return a ^ b; }
static unsigned op_mul(unsigned a, unsigned b) { return a * (b | 1); }
static unsigned op_rot(unsigned a, unsigned b) { return a << (b & 31) | a >> (-b & 31); }
static unsigned (*const operations[4])(unsigned, unsigned) = {op_add, op_xor, op_mul, op_rot};

unsigned run(unsigned n) {
    for (int i = 0; i < 64; i++) {
        shapes[i].methods = &kinds[i * 7 % 3];
        shapes[i].width = i + 1;
        shapes[i].height = 65 - i;
    }
    unsigned hash = 1;
    for (unsigned round = 0; round < n; round++)
        for (int i = 0; i < 64; i++) {
            struct shape *s = &shapes[i];
            unsigned area = (unsigned)s->methods->area(s);
            hash = operations[(area ^ round) & 3](hash, area);
            hash += (unsigned)s->methods->scale(s, (int)(hash & 15));
        }
    return hash;
}
