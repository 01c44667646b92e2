# Paths and cross-validation by glmnet, for serve.R.
#
# A solution is p coefficients for each lambda (and class, of several), the intercepts (NaN: no model for this lambda), and the mean errors of a
# cross-validation.

suppressPackageStartupMessages({
  library(Matrix)
  library(glmnet)
})

DESCRIPTION <- paste0("glmnet ", packageVersion("glmnet"), ", R ", getRversion())
PASSES <- 1e9

load <- function(request) {
  n <- as.integer(request$n)
  p <- as.integer(request$p)
  doubles <- function(name) readNumbers(request$folder, name, "double", 8)
  integers <- function(name) readNumbers(request$folder, name, "integer", 4)
  X <- if (request$kind == "sparse") {
    new("dgCMatrix", i = integers("rowIndices"), p = integers("columnPointers"), x = doubles("values"), Dim = c(n, p))
  } else {
    matrix(doubles("X"), n, p)
  }
  list(
    folder = request$folder, family = request$family, outputs = as.integer(request$outputs), X = X, y = doubles("y"), lambdas = doubles("lambdas"),
    l1Ratio = as.numeric(request$l1Ratio), intercept = request$intercept == "true",
    folds = if (request$folds == "true") integers("folds") + 1L
  )
}

# glmnet divides the L2 part of gaussian fits by sd(y): with l1 = lambda * l1Ratio and l2 = lambda * (1 - l1Ratio), lambda_g * alpha = l1 and
# lambda_g * (1 - alpha) / sd(y) = l2.
mapped <- function(data) {
  centre <- if (data$intercept) mean(data$y) else 0
  deviation <- if (data$family == "gaussian") sqrt(mean((data$y - centre)^2)) else 1
  l1 <- data$lambdas * data$l1Ratio
  l2 <- data$lambdas * (1 - data$l1Ratio) * deviation
  list(lambda = l1 + l2, alpha = l1[1] / (l1[1] + l2[1]))
}

solutionOf <- function(data, fit, errors) {
  count <- length(data$lambdas)
  fitted <- length(fit$lambda)
  coefficients <- matrix(NaN, data$outputs * ncol(data$X), count)
  intercepts <- matrix(NaN, data$outputs, count)
  beta <- if (is.list(fit$beta)) do.call(rbind, lapply(fit$beta, as.matrix)) else as.matrix(fit$beta)
  coefficients[, seq_len(fitted)] <- beta
  intercepts[, seq_len(fitted)] <- fit$a0
  c(as.vector(coefficients), as.vector(intercepts), errors)
}

fitPath <- function(data, tolerance, variant) {
  penalty <- mapped(data)
  arguments <- list(data$X, data$y,
    family = data$family,
    lambda = penalty$lambda, alpha = penalty$alpha, standardize = FALSE, intercept = data$intercept,
    thresh = tolerance, maxit = PASSES
  )
  if (data$family == "gaussian") arguments$type.gaussian <- variant
  if (data$family == "binomial") arguments$type.logistic <- variant
  fit <- do.call(glmnet, arguments)
  function() solutionOf(data, fit, NULL)
}

fitFolds <- function(data, tolerance, variant) {
  penalty <- mapped(data)
  fit <- cv.glmnet(data$X, data$y,
    lambda = penalty$lambda, alpha = penalty$alpha, standardize = FALSE, intercept = data$intercept,
    thresh = tolerance, type.gaussian = variant, maxit = PASSES, foldid = data$folds
  )
  function() solutionOf(data, fit$glmnet.fit, fit$cvm)
}

SOLVERS <- list(path = fitPath, cv = fitFolds)
