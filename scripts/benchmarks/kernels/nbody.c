/* Doubles in structures: five bodies, n steps. */
static struct body {
    double x, y, z, vx, vy, vz, mass;
} bodies[5];

static const double start[5][7] = {
    {0, 0, 0, 0, 0, 0, 39.47841760435743},
    {4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.606326392995832,
     2.81198684491626016, -0.02521836165988763, 0.037693674870389486},
    {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -1.01077434617879236,
     1.82566237123041186, 0.00841576137658415, 0.011286326131968767},
    {12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 1.08279100644153536,
     0.868713018169608219, -0.01083263740136364, 0.0017237240570597112},
    {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.979090732243897976,
     0.594698998647676169, -0.03475595555078104, 0.0020336868699246304},
};

static void advance(double dt) {
    for (int i = 0; i < 5; i++)
        for (int j = i + 1; j < 5; j++) {
            struct body *a = &bodies[i], *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double square = dx * dx + dy * dy + dz * dz;
            double magnitude = dt / (square * __builtin_sqrt(square));
            a->vx -= dx * b->mass * magnitude;
            a->vy -= dy * b->mass * magnitude;
            a->vz -= dz * b->mass * magnitude;
            b->vx += dx * a->mass * magnitude;
            b->vy += dy * a->mass * magnitude;
            b->vz += dz * a->mass * magnitude;
        }
    for (int i = 0; i < 5; i++) {
        bodies[i].x += dt * bodies[i].vx;
        bodies[i].y += dt * bodies[i].vy;
        bodies[i].z += dt * bodies[i].vz;
    }
}

int run(int n) {
    for (int i = 0; i < 5; i++) {
        double *field = &bodies[i].x;
        for (int j = 0; j < 7; j++)
            field[j] = start[i][j];
    }
    while (n--)
        advance(0.01);
    return (int)((bodies[0].x + bodies[1].y + bodies[2].z + bodies[3].vx) * 1e8);
}
