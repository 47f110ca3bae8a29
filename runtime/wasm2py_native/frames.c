/* Which functions native code was in when something made it leave.
 *
 * While code runs, nothing is recorded. Compilers describe its frames for unwinders, so these are
 * looked at before they are left: the innermost ones, as there may be many. tcc does not describe
 * frames, it links them; so it can do with where its code is. On Windows, the system knows all
 * frames but those of functions that have none: there, too, it is told where the code is. What a frame
 * of a function that has been inlined in itself stands for is not known. */

#define _GNU_SOURCE
#include <stdlib.h>
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#elif defined(__TINYC__)
#include <ucontext.h>
#else
#include <dlfcn.h>
#endif

#include "host.h"

static int find(struct w2p_program *program, uintptr_t place, uint32_t *funcidx);

struct w2p_program w2p_the_program = {.module = &w2p_the_module, .find = find};

/* A function: where its code begins, and its index. */
struct w2p_start {
    uintptr_t place;
    uint32_t funcidx;
};

static int add(struct w2p_thread *thread, uintptr_t place) {
    struct w2p_frames *frames = &thread->frames;
    frames->places[frames->count++] = place;
    return frames->count == W2P_MOST_FRAMES;
}

/* Whether an address of the thread's stack belongs to whoever has called native code. */
static int is_outside(const struct w2p_thread *thread, uintptr_t address) {
    return address > (uintptr_t)thread->entry && address < thread->stack_high;
}

#ifdef __TINYC__

extern char __start_w2p_code[], __stop_w2p_code[];

W2P_FRAMED void w2p_no_function(void) {} /* there is something at least */

void w2p_note_frames(struct w2p_thread *thread, const void *signal_context) {
    const uintptr_t *frame = __builtin_frame_address(0);
    thread->frames.count = 0;
    if (signal_context) {
        const greg_t *registers = ((const ucontext_t *)signal_context)->uc_mcontext.gregs;
        frame = (const uintptr_t *)registers[REG_RBP];
        add(thread, (uintptr_t)registers[REG_RIP]);
    }
    /* Code of other compilers, between that of tcc, may have anything in the register. */
    while ((uintptr_t)frame > thread->stack_low && !is_outside(thread, (uintptr_t)(frame + 2)) &&
           (uintptr_t)frame < thread->stack_high && (uintptr_t)frame % sizeof *frame == 0) {
        const uintptr_t *caller = (const uintptr_t *)frame[0];
        if (add(thread, frame[1]) || caller <= frame)
            break;
        frame = caller;
    }
}

static int is_code(uintptr_t place) {
    return place >= (uintptr_t)__start_w2p_code && place < (uintptr_t)__stop_w2p_code;
}

#elif defined(_WIN32)

/* Linkers sort sections by what is behind the $: the functions are between these. */
__attribute__((section(".text$w2p_1"))) static void code_start(void) {}
__attribute__((section(".text$w2p_3"))) static void code_end(void) {}

void w2p_note_frames(struct w2p_thread *thread, const void *fault_context) {
    CONTEXT context;
    DWORD64 image, frame;
    void *data;
    thread->frames.count = 0;
    if (fault_context)
        context = *(const CONTEXT *)fault_context;
    else
        RtlCaptureContext(&context);
    uintptr_t place = context.Rip;
    while (!is_outside(thread, context.Rsp) && !add(thread, place)) {
        RUNTIME_FUNCTION *function = RtlLookupFunctionEntry(context.Rip, &image, NULL);
        if (function) {
            RtlVirtualUnwind(UNW_FLAG_NHANDLER, image, context.Rip, function, &context, &data,
                             &frame, NULL);
        } else {
            context.Rip = *(const DWORD64 *)context.Rsp;
            context.Rsp += sizeof context.Rip;
        }
        place = context.Rip - 1; /* within the call */
    }
}

static int is_code(uintptr_t place) {
    return place >= (uintptr_t)code_start && place < (uintptr_t)code_end;
}

#else

/* Of the library that comes with gcc, or of another one that has the same. */
struct context;
static struct {
    int (*backtrace)(int (*visit)(struct context *, void *), void *);
    uintptr_t (*region_start)(struct context *);
    uintptr_t (*stack_pointer)(struct context *);
} unwinder;

static int find_unwinder(void) {
    static int is_searched;
    if (is_searched)
        return unwinder.backtrace != NULL;
    is_searched = 1;
    void *library = RTLD_DEFAULT;
    if (!dlsym(library, "_Unwind_Backtrace"))
        library = dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_LOCAL);
    *(void **)&unwinder.region_start = dlsym(library, "_Unwind_GetRegionStart");
    *(void **)&unwinder.stack_pointer = dlsym(library, "_Unwind_GetCFA");
    if (unwinder.region_start && unwinder.stack_pointer)
        *(void **)&unwinder.backtrace = dlsym(library, "_Unwind_Backtrace");
    return unwinder.backtrace != NULL;
}

static int visit(struct context *context, void *argument) {
    struct w2p_thread *thread = argument;
    return is_outside(thread, unwinder.stack_pointer(context)) ||
           add(thread, unwinder.region_start(context));
}

void w2p_note_frames(struct w2p_thread *thread, const void *signal_context) {
    (void)signal_context; /* the frame of the signal is described, too */
    thread->frames.count = 0;
    if (find_unwinder())
        unwinder.backtrace(visit, thread);
}

#endif

/* Whether a place belongs to the function that is next before it. */
static int is_of(const struct w2p_start *function, uintptr_t place) {
#if defined(__TINYC__) || defined(_WIN32)
    (void)function;
    return is_code(place);
#else
    return function->place == place;
#endif
}

static int compare(const void *one, const void *other) {
    uintptr_t a = ((const struct w2p_start *)one)->place;
    uintptr_t b = ((const struct w2p_start *)other)->place;
    return (a > b) - (a < b);
}

/* List a program's functions by where they begin; nothing is listed without room. */
static void list_starts(struct w2p_program *program) {
    const w2p_module *module = program->module;
    uint32_t count = module->functions_count - module->imported_functions;
    struct w2p_start *starts = malloc((count + 1) * sizeof *starts);
    if (!starts)
        return;
    size_t known = 0;
    for (uint32_t i = 0; i < count; i++)
        if (module->code[i])
            starts[known++] = (struct w2p_start){(uintptr_t)module->code[i],
                                                 module->imported_functions + i};
    qsort(starts, known, sizeof *starts, compare);
    program->starts = starts;
    program->count = known;
}

/* Which of a program's functions a place in code belongs to, if any. */
static int find(struct w2p_program *program, uintptr_t place, uint32_t *funcidx) {
    if (!program->starts)
        list_starts(program);
    size_t low = 0, high = program->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (program->starts[middle].place <= place)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low || !is_of(&program->starts[low - 1], place))
        return 0;
    *funcidx = program->starts[low - 1].funcidx;
    return 1;
}

/* The frames that were left, from the inside, as a tuple of what tracebacks have for them; NULL with
 * an exception. */
PyObject *w2p_frames_left(struct w2p_thread *thread) {
    struct {
        struct w2p_program *program;
        uint32_t funcidx;
    } found[W2P_MOST_FRAMES];
    Py_ssize_t count = 0;
    for (size_t i = 0; i < thread->frames.count; i++)
        for (struct w2p_program *program = w2p_process->programs; program; program = program->next)
            if (program->frame_of &&
                program->find(program, thread->frames.places[i], &found[count].funcidx)) {
                found[count++].program = program;
                break;
            }
    thread->frames.count = 0;
    PyObject *frames = PyTuple_New(count);
    for (Py_ssize_t i = 0; frames && i < count; i++) {
        PyObject *frame =
            PyObject_CallFunction(found[i].program->frame_of, "II", found[i].funcidx,
                                  found[i].program->module->offsets[found[i].funcidx -
                                      found[i].program->module->imported_functions]);
        if (frame)
            PyTuple_SetItem(frames, i, frame);
        else
            Py_CLEAR(frames);
    }
    return frames;
}
