/* Pointer chasing: a list of records is built, sorted by merging, reversed and summed. */
struct node {
    struct node *next;
    int key;
    short weight;
    unsigned char tag;
};

static struct node nodes[65536];

static struct node *merge(struct node *a, struct node *b) {
    struct node head, *tail = &head;
    while (a && b) {
        if (a->key <= b->key) {
            tail->next = a;
            a = a->next;
        } else {
            tail->next = b;
            b = b->next;
        }
        tail = tail->next;
    }
    tail->next = a ? a : b;
    return head.next;
}

static struct node *sort(struct node *list) {
    if (!list || !list->next)
        return list;
    struct node *slow = list, *fast = list->next;
    while (fast && fast->next) {
        slow = slow->next;
        fast = fast->next->next;
    }
    struct node *half = slow->next;
    slow->next = 0;
    return merge(sort(list), sort(half));
}

/* n is at most 65,536. */
int run(int n) {
    unsigned seed = 42;
    struct node *list = 0;
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        nodes[i].key = (int)seed >> 8;
        nodes[i].weight = (short)(seed >> 3);
        nodes[i].tag = (unsigned char)(seed >> 24);
        nodes[i].next = list;
        list = &nodes[i];
    }
    list = sort(list);
    struct node *reversed = 0;
    while (list) {
        struct node *next = list->next;
        list->next = reversed;
        reversed = list;
        list = next;
    }
    int hash = 0, place = 0;
    for (int pass = 0; pass < 4; pass++)
        for (struct node *p = reversed; p; p = p->next)
            hash += (p->weight ^ place++) + p->tag * pass;
    return hash;
}
