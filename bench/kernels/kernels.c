/*
 * The kernels as plain loops, for the comparison with a C compiler. Every line `kernel size times` on stdin is answered
 * by `nanoseconds checksum`: the time of that many calls, and what cases.ts computes from the same data.
 *
 * Pointers are not restrict: x and out may be the same array, as in ours.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* volatile, hence known only at run time, as arguments are: each kernel reads its own once. */
static volatile double threshold = 1.0 / 3, factor = 0.98, scale = 1e-3;
static volatile double prox_l1 = 0.5, prox_l2 = 0.25, prox_step_size = 0.5;
static volatile double step_l1 = 0.5, step_l2 = 0.5, learning_rate = 0.1;
static volatile double penalty_l1 = 0.5, penalty_l2 = 0.25;

/* v - clamp(v, -t, t): compilers vectorise it, which they do not `v > t ? v - t : v < -t ? v + t : 0`. */
static inline double soft(double v, double t) {
  double c = v < -t ? -t : v;
  return v - (c > t ? t : c);
}

static double soft_threshold(size_t n, const double *x, const double *y, double *out) {
  const double t = threshold;
  for (size_t i = 0; i < n; ++i) out[i] = soft(x[i], t);
  return 0;
}

static double gradient_step(size_t n, const double *x, const double *y, double *out) {
  const double rate = learning_rate, f = 1 - 2 * rate * step_l2, t = rate * step_l1;
  for (size_t i = 0; i < n; ++i) out[i] = soft(out[i] * f - rate * x[i], t);
  return 0;
}

static double subgradient_step(size_t n, const double *x, const double *y, double *out) {
  const double rate = learning_rate, f = 1 - 2 * rate * step_l2, t = rate * step_l1;
  for (size_t i = 0; i < n; ++i) {
    const double w = out[i], positive = w > 0 ? 1 : 0, negative = w < 0 ? 1 : 0;
    out[i] = w * f - rate * x[i] - t * (positive - negative);
  }
  return 0;
}

static double elastic_net_prox(size_t n, const double *x, const double *y, double *out) {
  const double step_size = prox_step_size, t = step_size * prox_l1, s = 1 / (1 + 2 * step_size * prox_l2);
  for (size_t i = 0; i < n; ++i) out[i] = soft(x[i], t) * s;
  return 0;
}

static double decay(size_t n, const double *x, const double *y, double *out) {
  const double f = factor;
  for (size_t i = 0; i < n; ++i) out[i] = x[i] * f;
  return 0;
}

static double axpy(size_t n, const double *x, const double *y, double *out) {
  const double a = scale;
  for (size_t i = 0; i < n; ++i) out[i] += a * x[i];
  return 0;
}

static double dot(size_t n, const double *x, const double *y, double *out) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += x[i] * y[i];
  return sum;
}

static double asum(size_t n, const double *x, const double *y, double *out) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += fabs(x[i]);
  return sum;
}

static double sum_squares(size_t n, const double *x, const double *y, double *out) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += x[i] * x[i];
  return sum;
}

static double abs_max(size_t n, const double *x, const double *y, double *out) {
  double largest = 0;
  for (size_t i = 0; i < n; ++i) {
    const double magnitude = fabs(x[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

static double penalty(size_t n, const double *x, const double *y, double *out) {
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; ++i) {
    sum += fabs(x[i]);
    squares += x[i] * x[i];
  }
  return penalty_l1 * sum + penalty_l2 * squares;
}

typedef double (*kernel_function)(size_t, const double *, const double *, double *);

/* Called through this table by a name read at run time, so that no call can be inlined, hoisted or left out. */
static const struct {
  const char *name;
  kernel_function call;
} kernels[] = {
    {"softThreshold", soft_threshold},
    {"gradientStep", gradient_step},
    {"subgradientStep", subgradient_step},
    {"elasticNetProx", elastic_net_prox},
    {"decay", decay},
    {"axpy", axpy},
    {"dot", dot},
    {"asum", asum},
    {"sumSquares", sum_squares},
    {"absMax", abs_max},
    {"penalty", penalty},
};

static kernel_function find(const char *name) {
  for (size_t k = 0; k < sizeof kernels / sizeof *kernels; ++k)
    if (strcmp(kernels[k].name, name) == 0) return kernels[k].call;
  return NULL;
}

/* An array on its own cache lines, with n values of mulberry32 in [-1, 1), or zeros for seed 0. */
static double *array(size_t n, uint32_t seed) {
  double *values = aligned_alloc(64, (n * sizeof(double) + 63) / 64 * 64);
  if (values == NULL) exit(1);
  uint32_t state = seed;
  for (size_t i = 0; i < n; ++i) {
    state += 0x6d2b79f5u;
    uint32_t bits = (state ^ state >> 15) * (state | 1);
    bits ^= bits + (bits ^ bits >> 7) * (bits | 61);
    values[i] = seed == 0 ? 0 : (bits ^ bits >> 14) / 2147483648.0 - 1;
  }
  return values;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(void) {
  char name[32], previous[32] = "";
  size_t n, times, length = 0;
  double *x = NULL, *y = NULL, *out = NULL;
  while (scanf("%31s %zu %zu", name, &n, &times) == 3) {
    kernel_function kernel = find(name);
    if (kernel == NULL) return 1;
    if (n != length) {
      free(x);
      free(y);
      x = array(n, 1);
      y = array(n, 2);
    }
    if (n != length || strcmp(name, previous) != 0) {
      free(out);
      out = array(n, 0);
    }
    length = n;
    strcpy(previous, name);

    double checksum = 0;
    const double start = now();
    for (size_t k = 0; k < times; ++k) {
      checksum += kernel(n, x, y, out);
      __asm__ volatile("" : : : "memory"); /* what a call has written may be read, so it must be written */
    }
    const double elapsed = now() - start;

    for (size_t i = 0; i < n; ++i) checksum += out[i] * (i % 7 + 1);
    printf("%.0f %.17g\n", elapsed, checksum);
    fflush(stdout);
  }
  return 0;
}
