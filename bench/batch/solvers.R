# Many small fits by glmnet, for serve.R. A solution is p coefficients for each model.

suppressPackageStartupMessages(library(glmnet))

DESCRIPTION <- paste0("glmnet ", packageVersion("glmnet"), ", R ", getRversion())
PASSES <- 1e9

load <- function(request) {
  count <- as.integer(request$count)
  n <- as.integer(request$n)
  p <- as.integer(request$p)
  X <- array(readNumbers(request$folder, "X", "double", 8), c(p, n, count))
  y <- matrix(readNumbers(request$folder, "y", "double", 8), n, count)
  list(
    folder = request$folder, models = seq_len(count), lambdas = readNumbers(request$folder, "lambdas", "double", 8),
    X = lapply(seq_len(count), function(m) t(X[, , m])),
    y = lapply(seq_len(count), function(m) y[, m])
  )
}

# glmnet divides the L2 part by sd(y), which without an intercept is the root mean square.
fitAll <- function(data, tolerance, alpha) {
  fits <- lapply(data$models, function(m) {
    y <- data$y[[m]]
    glmnet(data$X[[m]], y,
      lambda = data$lambdas[m] * if (alpha == 1) 1 else sqrt(mean(y^2)), alpha = alpha,
      standardize = FALSE, intercept = FALSE, thresh = tolerance, maxit = PASSES
    )
  })
  function() unlist(lapply(fits, function(fit) as.vector(fit$beta)))
}

SOLVERS <- list(
  lasso = function(data, tolerance, variant) fitAll(data, tolerance, 1),
  ridge = function(data, tolerance, variant) fitAll(data, tolerance, 0)
)
