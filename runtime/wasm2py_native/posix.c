/* Linux and macOS. */

#ifndef _WIN32

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "system.h"

#define SECOND 1000000000

#ifdef __APPLE__

int w2p_find_stack(uintptr_t *low, size_t *size, size_t *guard) {
    pthread_t self = pthread_self();
    *size = pthread_get_stacksize_np(self);
    *low = (uintptr_t)pthread_get_stackaddr_np(self) - *size; /* it gives where it ends */
    *guard = 0;                                               /* it lies below */
    return 0;
}

int w2p_is_main_thread(void) { return pthread_main_np(); }

void w2p_new_condition(w2p_condition *condition) { pthread_cond_init(condition, NULL); }

static void wait_for(w2p_condition *condition, w2p_lock *lock, int64_t nanoseconds) {
    struct timespec time = {(time_t)(nanoseconds / SECOND), (long)(nanoseconds % SECOND)};
    pthread_cond_timedwait_relative_np(condition, lock, &time);
}

#else

int w2p_find_stack(uintptr_t *low, size_t *size, size_t *guard) {
    pthread_attr_t attributes;
    void *start;
    if (pthread_getattr_np(pthread_self(), &attributes))
        return -1;
    int failed = pthread_attr_getstack(&attributes, &start, size) ||
                 pthread_attr_getguardsize(&attributes, guard);
    pthread_attr_destroy(&attributes);
    *low = (uintptr_t)start;
    return failed ? -1 : 0;
}

int w2p_is_main_thread(void) { return getpid() == gettid(); }

void w2p_new_condition(w2p_condition *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void wait_for(w2p_condition *condition, w2p_lock *lock, int64_t nanoseconds) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    long nanosecond = until.tv_nsec + (long)(nanoseconds % SECOND);
    until.tv_sec += (time_t)(nanoseconds / SECOND + nanosecond / SECOND);
    until.tv_nsec = nanosecond % SECOND;
    pthread_cond_timedwait(condition, lock, &until);
}

#endif

void w2p_wait(w2p_condition *condition, w2p_lock *lock, int64_t nanoseconds) {
    if (nanoseconds)
        wait_for(condition, lock, nanoseconds);
    else
        pthread_cond_wait(condition, lock);
}

void w2p_wake(w2p_condition *condition) { pthread_cond_signal(condition); }

void w2p_new_lock(w2p_lock *lock) { pthread_mutex_init(lock, NULL); }

void w2p_acquire(w2p_lock *lock) { pthread_mutex_lock(lock); }

void w2p_release(w2p_lock *lock) { pthread_mutex_unlock(lock); }

static void *begin(void *run) {
    ((void (*)(void))run)();
    return NULL;
}

int w2p_start_thread(void (*run)(void)) {
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&thread, NULL, begin, (void *)run);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        pthread_detach(thread);
    return failed ? -1 : 0;
}

int w2p_at_fork(void (*run)(void)) { return pthread_atfork(NULL, NULL, run) ? -1 : 0; }

int w2p_new_key(w2p_key *key, void (*end)(void *value)) {
    return pthread_key_create(key, end) ? -1 : 0;
}

int w2p_set(w2p_key key, void *value) { return pthread_setspecific(key, value) ? -1 : 0; }

int64_t w2p_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

size_t w2p_page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

uint8_t *w2p_new_page(void) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    uint8_t *page = mmap(NULL, w2p_page_size(), PROT_READ | PROT_WRITE, flags, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}

void w2p_free_page(uint8_t *page) { munmap(page, w2p_page_size()); }

void w2p_open_page(uint8_t *page) { mprotect(page, w2p_page_size(), PROT_READ | PROT_WRITE); }

void w2p_close_page(uint8_t *page) { mprotect(page, w2p_page_size(), PROT_NONE); }

/* Whether the process may not map as much as it wants. */
static int is_limited(int resource) {
    struct rlimit limit;
    return !getrlimit(resource, &limit) && limit.rlim_cur != RLIM_INFINITY;
}

uint8_t *w2p_reserve(size_t size) {
    /* Where the address space is limited, others need it. */
    if (is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA))
        return NULL;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    uint8_t *block = mmap(NULL, size, PROT_NONE, flags, -1, 0);
    if (block == MAP_FAILED)
        return NULL;
#ifdef MADV_NOHUGEPAGE
    madvise(block, size, MADV_NOHUGEPAGE); /* lest the first byte take two megabytes */
#endif
    return block;
}

void w2p_free_reserved(uint8_t *block, size_t size) { munmap(block, size); }

int w2p_guard(uint8_t *block, size_t size, size_t reserved) {
    return mprotect(block + size, reserved - size, PROT_NONE) || w2p_open(block, size) ? -1 : 0;
}

int w2p_open(uint8_t *start, size_t size) { return mprotect(start, size, PROT_READ | PROT_WRITE); }

#endif
