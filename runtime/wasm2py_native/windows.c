/* Windows, 10 and later. */

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "python_abi.h"
#include "system.h"

#define MILLISECOND 1000000
#define SECOND 1000000000
/* Of the stack of a thread that watches a clock. */
#define SMALL_STACK ((SIZE_T)64 << 10)

int w2p_find_stack(uintptr_t *low, size_t *size, size_t *guard) {
    ULONG_PTR start, end;
    ULONG kept = 0; /* asks, and changes nothing */
    GetCurrentThreadStackLimits(&start, &end);
    if (!SetThreadStackGuarantee(&kept))
        return -1;
    *low = start;
    *size = end - start;
    *guard = kept + 2 * w2p_page_size();
    return 0;
}

/* Interrupts are for Python's main thread: no other has been told apart by the system. */
int w2p_is_main_thread(void) {
    PyObject *threading = PyImport_ImportModule("threading"), *main = NULL, *number = NULL;
    if (threading)
        main = PyObject_CallMethod(threading, "main_thread", NULL);
    if (main)
        number = PyObject_GetAttrString(main, "ident");
    int is_main = number && PyLong_AsUnsignedLong(number) == GetCurrentThreadId();
    Py_XDECREF(threading);
    Py_XDECREF(main);
    Py_XDECREF(number);
    PyErr_Clear();
    return is_main;
}

static DWORD WINAPI begin(void *run) {
    ((void (*)(void))run)();
    return 0;
}

int w2p_start_thread(void (*run)(void)) {
    DWORD flags = STACK_SIZE_PARAM_IS_A_RESERVATION;
    HANDLE thread = CreateThread(NULL, SMALL_STACK, begin, (void *)run, flags, NULL);
    if (!thread)
        return -1;
    CloseHandle(thread);
    return 0;
}

/* There is no fork. */
int w2p_at_fork(void (*run)(void)) {
    (void)run;
    return 0;
}

int w2p_new_key(w2p_key *key, void (*end)(void *value)) {
    *key = FlsAlloc((PFLS_CALLBACK_FUNCTION)end);
    return *key == FLS_OUT_OF_INDEXES ? -1 : 0;
}

void *w2p_get(w2p_key key) { return FlsGetValue(key); }

int w2p_set(w2p_key key, void *value) { return FlsSetValue(key, value) ? 0 : -1; }

void w2p_new_lock(w2p_lock *lock) { InitializeSRWLock((SRWLOCK *)lock); }

void w2p_acquire(w2p_lock *lock) { AcquireSRWLockExclusive((SRWLOCK *)lock); }

void w2p_release(w2p_lock *lock) { ReleaseSRWLockExclusive((SRWLOCK *)lock); }

void w2p_new_condition(w2p_condition *condition) {
    InitializeConditionVariable((CONDITION_VARIABLE *)condition);
}

void w2p_wait(w2p_condition *condition, w2p_lock *lock, int64_t nanoseconds) {
    const int64_t longest = INFINITE - 1;
    int64_t time = nanoseconds / MILLISECOND + (nanoseconds % MILLISECOND != 0);
    DWORD milliseconds = !nanoseconds ? INFINITE : (DWORD)(time < longest ? time : longest);
    SleepConditionVariableSRW((CONDITION_VARIABLE *)condition, (SRWLOCK *)lock, milliseconds, 0);
}

void w2p_wake(w2p_condition *condition) {
    WakeConditionVariable((CONDITION_VARIABLE *)condition);
}

int64_t w2p_now(void) {
    LARGE_INTEGER count, frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return count.QuadPart / frequency.QuadPart * SECOND +
           count.QuadPart % frequency.QuadPart * SECOND / frequency.QuadPart;
}

size_t w2p_page_size(void) {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return system.dwPageSize;
}

uint8_t *w2p_new_page(void) {
    return VirtualAlloc(NULL, w2p_page_size(), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void w2p_free_page(uint8_t *page) { VirtualFree(page, 0, MEM_RELEASE); }

static void protect(uint8_t *page, DWORD protection) {
    DWORD former;
    VirtualProtect(page, w2p_page_size(), protection, &former);
}

void w2p_open_page(uint8_t *page) { protect(page, PAGE_READWRITE); }

void w2p_close_page(uint8_t *page) { protect(page, PAGE_NOACCESS); }

int w2p_guard(uint8_t *block, size_t size, size_t reserved) {
    (void)reserved; /* what is not opened cannot be accessed */
    return w2p_open(block, size);
}

int w2p_open(uint8_t *start, size_t size) {
    return size && !VirtualAlloc(start, size, MEM_COMMIT, PAGE_READWRITE) ? -1 : 0;
}

uint8_t *w2p_reserve(size_t size) { return VirtualAlloc(NULL, size, MEM_RESERVE, PAGE_NOACCESS); }

void w2p_free_reserved(uint8_t *block, size_t size) {
    (void)size;
    VirtualFree(block, 0, MEM_RELEASE);
}

#endif
