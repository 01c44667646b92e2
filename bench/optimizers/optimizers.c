/*
 * The steps of optimisers as plain loops, in double (names that end in 64) and float (32). Every line `step size times` on
 * stdin is answered by `nanoseconds checksum`: the processor time of that many steps, and Σ w[i]·(1 + i mod 7) after them.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* volatile, hence known only at run time, as options are. */
static volatile double learning_rate = 0.01, strength1 = 0.6, strength2 = 0.5, mu = 0.9, weight_decay = 0.01;
static volatile double beta1 = 0.9, beta2 = 0.999, alpha = 0.99, adam_eps = 1e-8, adagrad_eps = 1e-10, accumulator = 0.1;

#define STEPS(T, BITS, SQRT)                                                                                           \
  static inline T soft##BITS(T v, T t) {                                                                               \
    T c = v < -t ? -t : v;                                                                                             \
    return v - (c > t ? t : c);                                                                                        \
  }                                                                                                                    \
  static void sgd_l2##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {     \
    const T rate = learning_rate, d = 2 * strength2;                                                                   \
    for (size_t i = 0; i < n; ++i) w[i] -= rate * (g[i] + d * w[i]);                                                   \
  }                                                                                                                    \
  static void proximal##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {   \
    const T rate = learning_rate, d = 2 * strength2, limit = rate * (T)strength1;                                      \
    for (size_t i = 0; i < n; ++i) w[i] = soft##BITS(w[i] - rate * (g[i] + d * w[i]), limit);                          \
  }                                                                                                                    \
  static void momentum##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {   \
    const T rate = learning_rate, d = 2 * strength2, kept = t == 1 ? 0 : mu;                                           \
    for (size_t i = 0; i < n; ++i) {                                                                                   \
      a[i] = kept * a[i] + (g[i] + d * w[i]);                                                                          \
      w[i] -= rate * a[i];                                                                                             \
    }                                                                                                                  \
  }                                                                                                                    \
  static inline void adam_like##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict m, T *restrict v,       \
                                     size_t t, T factor) {                                                             \
    const T b1 = beta1, b2 = beta2, g1 = 1 - beta1, g2 = 1 - beta2, eps = adam_eps;                                    \
    const T rate = learning_rate / (1 - pow(beta1, t)), scale = 1 / sqrt(1 - pow(beta2, t));                           \
    for (size_t i = 0; i < n; ++i) {                                                                                   \
      m[i] = b1 * m[i] + g1 * g[i];                                                                                    \
      v[i] = b2 * v[i] + g2 * (g[i] * g[i]);                                                                           \
      w[i] = w[i] * factor - rate * m[i] / (SQRT(v[i]) * scale + eps);                                                 \
    }                                                                                                                  \
  }                                                                                                                    \
  static void adam##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {       \
    adam_like##BITS(n, w, g, a, b, t, 1);                                                                              \
  }                                                                                                                    \
  static void adamw##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {      \
    adam_like##BITS(n, w, g, a, b, t, 1 - learning_rate * weight_decay);                                               \
  }                                                                                                                    \
  static void rmsprop##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {    \
    const T kept = alpha, gain = 1 - alpha, eps = adam_eps, rate = learning_rate;                                      \
    for (size_t i = 0; i < n; ++i) {                                                                                   \
      a[i] = kept * a[i] + gain * (g[i] * g[i]);                                                                       \
      w[i] -= rate * g[i] / (SQRT(a[i]) + eps);                                                                        \
    }                                                                                                                  \
  }                                                                                                                    \
  static void adagrad##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {    \
    const T eps = adagrad_eps, rate = learning_rate, first = t == 1 ? accumulator : 0;                                 \
    for (size_t i = 0; i < n; ++i) {                                                                                   \
      a[i] += first + g[i] * g[i];                                                                                     \
      w[i] -= rate * g[i] / (SQRT(a[i]) + eps);                                                                        \
    }                                                                                                                  \
  }                                                                                                                    \
  static void ftrl##BITS(size_t n, T *restrict w, const T *restrict g, T *restrict a, T *restrict b, size_t t) {       \
    const T rate = learning_rate, inverse = 1 / learning_rate, limit = strength1, start = t == 1 ? inverse : 0;        \
    for (size_t i = 0; i < n; ++i) {                                                                                   \
      const T next = b[i] + g[i] * g[i], root = SQRT(next);                                                            \
      a[i] += g[i] - ((root - SQRT(b[i])) * inverse + start) * w[i];                                                   \
      b[i] = next;                                                                                                     \
      w[i] = -(soft##BITS(a[i], limit) * rate) / (1 + root);                                                           \
    }                                                                                                                  \
  }

STEPS(double, 64, sqrt)
STEPS(float, 32, sqrtf)

typedef void (*step_function)(size_t, void *, const void *, void *, void *, size_t);

/* Called through this table by a name read at run time, so that no call can be inlined, hoisted or left out. */
#define ROW(name, call)                                                                                                \
  {name "64", 8, (step_function)call##64}, { name "32", 4, (step_function)call##32 }
static const struct {
  const char *name;
  size_t bytes;
  step_function call;
} steps[] = {
    ROW("sgd with l2", sgd_l2),     ROW("proximal sgd", proximal), ROW("sgd with momentum", momentum),
    ROW("adam", adam),              ROW("adamw", adamw),           ROW("rmsprop", rmsprop),
    ROW("adagrad", adagrad),        ROW("ftrl", ftrl),
};

/* The numbers of data.ts: mulberry32 in [-1, 1), for gradients away from 0. */
static void fill(void *array, size_t bytes, size_t n, uint32_t state, int gradient) {
  for (size_t i = 0; i < n; ++i) {
    state += 0x6d2b79f5u;
    uint32_t bits = (state ^ state >> 15) * (state | 1);
    bits ^= bits + (bits ^ bits >> 7) * (bits | 61);
    double value = (bits ^ bits >> 14) / 2147483648.0 - 1;
    if (gradient) value = value < 0 ? 0.75 * value - 0.25 : 0.75 * value + 0.25;
    if (bytes == 8) ((double *)array)[i] = value;
    else ((float *)array)[i] = value;
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void *array(size_t bytes) {
  void *values = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (values == NULL) exit(1);
  memset(values, 0, bytes);
  return values;
}

int main(void) {
  char name[32], previous[32] = "";
  size_t n, times, length = 0, t = 0;
  void *w = NULL, *g = NULL, *a = NULL, *b = NULL;
  while (scanf(" %31[^:]: %zu %zu", name, &n, &times) == 3) {
    size_t k = 0, rows = sizeof steps / sizeof *steps;
    while (k < rows && strcmp(steps[k].name, name) != 0) ++k;
    if (k == rows) return 1;
    const size_t bytes = steps[k].bytes;
    if (n != length || strcmp(name, previous) != 0) {
      free(w), free(g), free(a), free(b);
      w = array(n * bytes), g = array(n * bytes), a = array(n * bytes), b = array(n * bytes);
      fill(w, bytes, n, 1, 0);
      fill(g, bytes, n, 2, 1);
      length = n;
      t = 0;
      strcpy(previous, name);
    }
    const double start = now();
    for (size_t i = 0; i < times; ++i) steps[k].call(n, w, g, a, b, ++t);
    const double elapsed = now() - start;
    double checksum = 0;
    for (size_t i = 0; i < n; ++i) {
      checksum += (bytes == 8 ? ((double *)w)[i] : ((float *)w)[i]) * (i % 7 + 1);
    }
    printf("%.0f %.17g\n", elapsed, checksum);
    fflush(stdout);
  }
  return 0;
}
