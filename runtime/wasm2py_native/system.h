/* What one system has in another way than the others. */

#ifndef W2P_SYSTEM_H
#define W2P_SYSTEM_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "wasm2py.h"

/* The stack of this thread, from its lowest address on, and how much of that is its guard; -1 if it
 * cannot be told. */
W2P_HIDDEN int w2p_find_stack(uintptr_t *low, size_t *size, size_t *guard);

/* Whether this is the thread that the process began with: signals of the terminal are for it. */
W2P_HIDDEN int w2p_is_main_thread(void);

/* Make a condition that `w2p_wait` waits for: so many nanoseconds at most, whatever is done to the time
 * of day. */
W2P_HIDDEN void w2p_init_condition(pthread_cond_t *condition);
W2P_HIDDEN void w2p_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t nanoseconds);

#endif
