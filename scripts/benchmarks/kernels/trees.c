/* An allocator and binary trees: stores and loads of pointers, recursion. */
struct tree {
    struct tree *left, *right;
};

static struct tree pool[1 << 13];
static struct tree *unused;

static struct tree *take(void) {
    struct tree *t = unused;
    unused = t->left;
    return t;
}

static void give(struct tree *t) {
    if (t->left) {
        give(t->left);
        give(t->right);
    }
    t->left = unused;
    unused = t;
}

static struct tree *grow(int depth) {
    struct tree *t = take();
    t->left = t->right = 0;
    if (depth > 0) {
        t->left = grow(depth - 1);
        t->right = grow(depth - 1);
    }
    return t;
}

static int count(const struct tree *t) {
    return t->left ? 1 + count(t->left) + count(t->right) : 1;
}

int run(int n) {
    unused = 0;
    for (int i = 0; i < 1 << 13; i++) {
        pool[i].left = unused;
        unused = &pool[i];
    }
    int total = 0;
    for (int i = 0; i < n; i++) {
        struct tree *t = grow(4 + i % 6);
        total = total * 3 + count(t);
        give(t);
    }
    return total;
}
