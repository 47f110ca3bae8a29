/* What one system has in another way than the others. */

#define _GNU_SOURCE
#include <pthread.h>
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

void w2p_init_condition(pthread_cond_t *condition) { pthread_cond_init(condition, NULL); }

void w2p_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t nanoseconds) {
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

void w2p_init_condition(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void w2p_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t nanoseconds) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    long nanosecond = until.tv_nsec + (long)(nanoseconds % SECOND);
    until.tv_sec += (time_t)(nanoseconds / SECOND + nanosecond / SECOND);
    until.tv_nsec = nanosecond % SECOND;
    pthread_cond_timedwait(condition, lock, &until);
}

#endif
