/* A bytecode interpreter with a large switch; its program counts primes by trial division. */
enum {
    HALT, PUSH, ADD, SUB, MUL, DIV, MOD, AND, OR, XOR, SHL, SHR, NOT, NEG, DUP, DROP, SWAP, OVER,
    LOAD, STORE, INC, DEC, JUMP, JZ, JNZ, EQ, NE, LT, LE, GT, GE, CALL, RET, NOP,
};

static const unsigned char program[] = {
    PUSH, 2, STORE, 1,                     /*  0 candidate = 2 */
    LOAD, 1, LOAD, 0, GE, JNZ, 48,         /*  4 while candidate < limit */
    PUSH, 2, STORE, 2,                     /* 11   divisor = 2 */
    LOAD, 2, DUP, MUL, LOAD, 1, GT, JNZ, 39, /* 15   while divisor * divisor <= candidate */
    LOAD, 1, LOAD, 2, MOD, JZ, 44,         /* 24     if candidate % divisor == 0: next */
    INC, 2, NOP, NOP, JUMP, 15,            /* 31     divisor += 1 */
    HALT, HALT,
    CALL, 53, NOP, NOP, NOP,               /* 39   prime: count and mix it */
    INC, 1, JUMP, 4,                       /* 44   candidate += 1 */
    LOAD, 3, LOAD, 4, XOR,                 /* 48 */
    HALT,                                  /* 53 is the routine below */
};

static const unsigned char routine[] = {
    INC, 3, LOAD, 4, PUSH, 31, MUL, LOAD, 1, ADD, STORE, 4, RET,
};

static unsigned char code[128];

static int interpret(int limit) {
    int stack[32], frames[16], variables[8] = {0};
    int sp = 0, fp = 0, pc = 0;
    variables[0] = limit;
    for (;;) {
        switch (code[pc++]) {
        case HALT: return stack[sp - 1];
        case PUSH: stack[sp++] = code[pc++]; break;
        case ADD: sp--; stack[sp - 1] += stack[sp]; break;
        case SUB: sp--; stack[sp - 1] -= stack[sp]; break;
        case MUL: sp--; stack[sp - 1] *= stack[sp]; break;
        case DIV: sp--; stack[sp - 1] /= stack[sp]; break;
        case MOD: sp--; stack[sp - 1] %= stack[sp]; break;
        case AND: sp--; stack[sp - 1] &= stack[sp]; break;
        case OR: sp--; stack[sp - 1] |= stack[sp]; break;
        case XOR: sp--; stack[sp - 1] ^= stack[sp]; break;
        case SHL: sp--; stack[sp - 1] <<= stack[sp]; break;
        case SHR: sp--; stack[sp - 1] >>= stack[sp]; break;
        case NOT: stack[sp - 1] = ~stack[sp - 1]; break;
        case NEG: stack[sp - 1] = -stack[sp - 1]; break;
        case DUP: stack[sp] = stack[sp - 1]; sp++; break;
        case DROP: sp--; break;
        case SWAP: {
            int t = stack[sp - 1];
            stack[sp - 1] = stack[sp - 2];
            stack[sp - 2] = t;
            break;
        }
        case OVER: stack[sp] = stack[sp - 2]; sp++; break;
        case LOAD: stack[sp++] = variables[code[pc++]]; break;
        case STORE: variables[code[pc++]] = stack[--sp]; break;
        case INC: variables[code[pc++]]++; break;
        case DEC: variables[code[pc++]]--; break;
        case JUMP: pc = code[pc]; break;
        case JZ: pc = stack[--sp] ? pc + 1 : code[pc]; break;
        case JNZ: pc = stack[--sp] ? code[pc] : pc + 1; break;
        case EQ: sp--; stack[sp - 1] = stack[sp - 1] == stack[sp]; break;
        case NE: sp--; stack[sp - 1] = stack[sp - 1] != stack[sp]; break;
        case LT: sp--; stack[sp - 1] = stack[sp - 1] < stack[sp]; break;
        case LE: sp--; stack[sp - 1] = stack[sp - 1] <= stack[sp]; break;
        case GT: sp--; stack[sp - 1] = stack[sp - 1] > stack[sp]; break;
        case GE: sp--; stack[sp - 1] = stack[sp - 1] >= stack[sp]; break;
        case CALL: frames[fp++] = pc + 1; pc = code[pc]; break;
        case RET: pc = frames[--fp]; break;
        case NOP: break;
        default: return -1;
        }
    }
}

int run(int n) {
    for (int i = 0; i < 128; i++)
        code[i] = HALT;
    for (int i = 0; i < (int)sizeof program - 1; i++)
        code[i] = program[i];
    code[53] = HALT;
    for (int i = 0; i < (int)sizeof routine; i++)
        code[60 + i] = routine[i];
    code[40] = 60;
    return interpret(n);
}
