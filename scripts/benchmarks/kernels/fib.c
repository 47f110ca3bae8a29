/* Recursion: a call costs all there is. */
unsigned run(unsigned n) { return n < 2 ? n : run(n - 1) + run(n - 2); }
