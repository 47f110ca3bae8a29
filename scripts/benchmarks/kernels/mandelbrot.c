/* Doubles in locals: an image of n times n points of Mandelbrot's set. */
int run(int n) {
    int total = 0;
    for (int row = 0; row < n; row++)
        for (int column = 0; column < n; column++) {
            double cx = 3.0 * column / n - 2.0, cy = 2.0 * row / n - 1.0;
            double x = 0, y = 0;
            int steps = 0;
            while (steps < 100 && x * x + y * y <= 4.0) {
                double t = x * x - y * y + cx;
                y = 2 * x * y + cy;
                x = t;
                steps++;
            }
            total += steps;
        }
    return total;
}
