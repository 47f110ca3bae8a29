/* What one system has in another way than the others. */

#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

#include "system.h"

#ifdef __APPLE__

int w2p_find_stack(uintptr_t *low, size_t *size, size_t *guard) {
    pthread_t self = pthread_self();
    *size = pthread_get_stacksize_np(self);
    *low = (uintptr_t)pthread_get_stackaddr_np(self) - *size; /* it gives where it ends */
    *guard = 0;                                               /* it lies below */
    return 0;
}

int w2p_is_main_thread(void) { return pthread_main_np(); }

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

#endif
