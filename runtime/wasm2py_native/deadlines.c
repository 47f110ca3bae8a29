/* Deadlines of calls: a thread of its own looks at the clock, as whoever runs native code holds the GIL.
 *
 * When the time of a call is up, the page that its loops load from is closed, and its stack ends:
 * the next turn of a loop and the next call are faults or traps. What the host is called for goes on until
 * it comes back. Opening the page again is part of ending the call, under the same lock.
 */

#include "host.h"

static w2p_lock lock;
static w2p_condition changed;
static struct w2p_process *process;
static struct w2p_thread *timed; /* the threads that are in calls with deadlines */
static int64_t wake;             /* when the watching thread looks next; 0 for never */
static int is_watched;

static void expire(struct w2p_thread *thread) {
    thread->expired = 1;
    w2p_take_faults(); /* others have had time to set theirs, if it is without the GIL */
    w2p_close_page(thread->poll);
    if (process->running_id == thread->id)
        process->running.stack_limit = W2P_NO_STACK;
    if (thread->released)
        thread->released->stack_limit = W2P_NO_STACK;
}

static void watch_clock(void) {
    w2p_acquire(&lock);
    for (;;) {
        int64_t now = w2p_now();
        wake = 0;
        for (struct w2p_thread *thread = timed; thread; thread = thread->next_timed) {
            if (thread->expired)
                continue;
            if (thread->deadline <= now)
                expire(thread);
            else if (!wake || thread->deadline < wake)
                wake = thread->deadline;
        }
        w2p_wait(&changed, &lock, wake ? wake - now : 0);
    }
}

static void leave_out(struct w2p_thread *thread) {
    struct w2p_thread **link = &timed;
    while (*link && *link != thread)
        link = &(*link)->next_timed;
    if (*link)
        *link = thread->next_timed;
}

/* From now on the thread has so long a time, or, with 0, all that it wants; -1 if nothing could end it. */
static int set_deadline(struct w2p_thread *thread, int64_t deadline) {
    int failed = 0;
    w2p_acquire(&lock);
    leave_out(thread);
    thread->released = NULL;
    if (thread->expired) {
        thread->expired = 0;
        if (!(thread->is_main && process->interrupted))
            w2p_open_page(thread->poll);
        if (process->running_id == thread->id)
            process->running.stack_limit = thread->stack_limit;
    }
    thread->deadline = deadline;
    if (deadline) {
        if (!is_watched)
            is_watched = !w2p_start_thread(watch_clock);
        failed = !is_watched;
        thread->next_timed = timed;
        timed = thread;
        if (!wake || deadline < wake)
            w2p_wake(&changed);
    }
    w2p_release(&lock);
    return -failed;
}

/* From now on it is this thread that holds the GIL and runs native code. */
static void let_run(struct w2p_thread *thread) {
    w2p_acquire(&lock);
    process->running = (w2p_running){thread->stack_limit, thread->poll, thread};
    process->running_id = thread->id;
    w2p_release(&lock);
}

/* Whether the time of this thread's call is up, be it before the watching thread has looked. From now
 * on its code without the GIL has its stack's limit there, until it is told otherwise; NULL while it has
 * the GIL. */
static int has_expired(struct w2p_thread *thread, w2p_running *released) {
    w2p_acquire(&lock);
    thread->released = released;
    int expired = thread->expired || thread->deadline <= w2p_now();
    w2p_release(&lock);
    return expired;
}

/* At the beginning, and in the child of a fork: nothing is watched. Of the copy that has made the
 * process's state. */
void w2p_reset_deadlines(struct w2p_process *shared) {
    w2p_new_lock(&lock);
    w2p_new_condition(&changed);
    process = shared;
    process->let_run = let_run;
    process->set_deadline = set_deadline;
    process->has_expired = has_expired;
    timed = NULL;
    is_watched = 0;
    wake = 0;
}
