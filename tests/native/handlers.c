/* Handlers of signals that a host has set, which pass on what is not theirs. */

#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGE 4096
#define PAGES 4096

static struct sigaction former[NSIG];
static char *pages;
static sigjmp_buf probe_failed;
static __thread volatile sig_atomic_t is_probing;

static void pass_on(int number, siginfo_t *info, void *context) {
    const struct sigaction *action = &former[number];
    if (action->sa_flags & SA_SIGINFO)
        action->sa_sigaction(number, info, context);
    else if (action->sa_handler == SIG_DFL)
        signal(number, SIG_DFL);
    else if (action->sa_handler != SIG_IGN)
        action->sa_handler(number);
}

static void on_signal(int number, siginfo_t *info, void *context) {
    uintptr_t offset = (uintptr_t)info->si_addr - (uintptr_t)pages;
    if (number == SIGSEGV && is_probing)
        siglongjmp(probe_failed, 1);
    if (number == SIGSEGV && pages && offset < PAGE * PAGES)
        mprotect(pages + offset / PAGE * PAGE, PAGE, PROT_READ);
    else
        pass_on(number, info, context);
}

int take(int number) {
    struct sigaction action = {0};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO;
    return sigaction(number, &action, &former[number]);
}

/* Read pages that are only there once the handler has been asked for them; how many there were. */
int read_pages(void) {
    int count = 0;
    pages = mmap(NULL, PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < PAGES; i++)
        count += ((volatile char *)pages)[i * PAGE] == 0;
    return count;
}

/* Whether an address cannot be read, which the handler tells by a jump. */
static int probe(int depth) {
    volatile char room[256];
    room[0] = 0;
    if (depth)
        return probe(depth - 1) + room[0];
    is_probing = 1;
    int failed = sigsetjmp(probe_failed, 1);
    if (!failed)
        room[0] = *(volatile char *)8;
    is_probing = 0;
    return failed;
}

static void *probe_deeper_and_deeper(void *count) {
    for (int i = 0; i < 100; i++)
        *(int *)count += probe(i);
    return NULL;
}

static void run(void *(*body)(void *), void *argument) {
    pthread_t thread;
    if (!pthread_create(&thread, NULL, body, argument))
        pthread_join(thread, NULL);
}

/* How many of a hundred probes fail, in a thread that has no stack for signals. */
int probe_in_thread(void) {
    int count = 0;
    run(probe_deeper_and_deeper, &count);
    return count;
}

static void *crash(void *nothing) {
    *(volatile char *)8 = 1;
    return nothing;
}

void crash_in_thread(void) { run(crash, NULL); }
