/* What one system has in another way than the others: posix.c and windows.c do what is declared here. */

#ifndef W2P_SYSTEM_H
#define W2P_SYSTEM_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include "wasm2py.h"

#ifdef _WIN32
/* Those of windows.h, which defines too much for being included everywhere. */
typedef unsigned long w2p_key;
typedef struct {
    void *state;
} w2p_lock, w2p_condition;
/* Without the address of a frame, a jump leaves frames as they are and does not unwind them. */
typedef jmp_buf w2p_jump;
#define W2P_SET_JUMP(jump) _setjmp((jump), NULL)
#define W2P_JUMP(jump, value) longjmp((jump), (value))
W2P_HIDDEN void *w2p_get(w2p_key key);
#else
#include <pthread.h>
typedef pthread_key_t w2p_key;
typedef pthread_mutex_t w2p_lock;
typedef pthread_cond_t w2p_condition;
/* Without the mask of signals, which would have to be asked for each time. */
typedef sigjmp_buf w2p_jump;
#define W2P_SET_JUMP(jump) sigsetjmp((jump), 0)
#define W2P_JUMP(jump, value) siglongjmp((jump), (value))
static inline void *w2p_get(w2p_key key) { return pthread_getspecific(key); }
#endif

/* The stack of this thread, from its lowest address on, and how much of that is its guard; -1 if it
 * cannot be told. */
W2P_HIDDEN int w2p_find_stack(uintptr_t *low, size_t *size, size_t *guard);

/* Whether this is the thread that the process began with: signals of the terminal are for it. */
W2P_HIDDEN int w2p_is_main_thread(void);

/* Start a thread that takes no signals and never ends; -1 if that fails. */
W2P_HIDDEN int w2p_start_thread(void (*run)(void));

/* Have `run` called in the child of each fork; -1 if that fails. */
W2P_HIDDEN int w2p_at_fork(void (*run)(void));

/* What a thread keeps under a key, for `w2p_get`: NULL at first. At the end of the thread, it is given
 * to `end` if it is not NULL. -1 if there is no key, or no room. */
W2P_HIDDEN int w2p_new_key(w2p_key *key, void (*end)(void *value));
W2P_HIDDEN int w2p_set(w2p_key key, void *value);

W2P_HIDDEN void w2p_new_lock(w2p_lock *lock);
W2P_HIDDEN void w2p_acquire(w2p_lock *lock);
W2P_HIDDEN void w2p_release(w2p_lock *lock);

/* A condition for one thread, which has the lock. It waits for so many nanoseconds at most, whatever is
 * done to the time of day, or with 0 as long as it takes. */
W2P_HIDDEN void w2p_new_condition(w2p_condition *condition);
W2P_HIDDEN void w2p_wait(w2p_condition *condition, w2p_lock *lock, int64_t nanoseconds);
W2P_HIDDEN void w2p_wake(w2p_condition *condition);

/* Nanoseconds since some moment. */
W2P_HIDDEN int64_t w2p_now(void);

/* Pages: one that can be accessed, or NULL; let it, and let it not, be accessed. */
W2P_HIDDEN size_t w2p_page_size(void);
W2P_HIDDEN uint8_t *w2p_new_page(void);
W2P_HIDDEN void w2p_free_page(uint8_t *page);
W2P_HIDDEN void w2p_open_page(uint8_t *page);
W2P_HIDDEN void w2p_close_page(uint8_t *page);

/* Of a block of reserved bytes, let those up to a size be accessed, and none beyond it; let more of
 * them be. -1 if they are not to be had. */
W2P_HIDDEN int w2p_guard(uint8_t *block, size_t size, size_t reserved);
W2P_HIDDEN int w2p_open(uint8_t *start, size_t size);
/* A block of reserved bytes, none of which can be accessed, or NULL. */
W2P_HIDDEN uint8_t *w2p_reserve(size_t size);
W2P_HIDDEN void w2p_free_reserved(uint8_t *block, size_t size);

#endif
