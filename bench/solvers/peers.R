# Runs glmnet on request.
#
# Each line on standard input is a verb and key=value pairs; each answer is one line, "ok ..." or "error ...". `load` reads the data
# from a folder of raw float64 and int32 files; `run` times one fit on it and, when asked, writes the solution: p coefficients for
# each lambda, then the intercepts (NaN: no model for this lambda), then the mean errors of a cross-validation.

say <- function(...) {
  cat(..., "\n", sep = "")
  flush(stdout())
}
fail <- function(condition) say("error ", gsub("[\r\n]+", " ", conditionMessage(condition)))

if (!suppressWarnings(suppressPackageStartupMessages(requireNamespace("glmnet", quietly = TRUE)))) {
  say("error glmnet is not installed")
  quit()
}
suppressPackageStartupMessages(library(Matrix))
suppressPackageStartupMessages(library(glmnet))

PASSES <- 1e9

readNumbers <- function(folder, name, what, size) {
  path <- file.path(folder, name)
  readBin(path, what, n = file.size(path) / size, size = size, endian = "little")
}

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
    folder = request$folder, X = X, y = doubles("y"), lambdas = doubles("lambdas"),
    l1Ratio = as.numeric(request$l1Ratio), intercept = request$intercept == "true",
    folds = if (request$folds == "true") integers("folds") + 1L
  )
}

# glmnet divides the L2 part by sd(y): with l1 = lambda * l1Ratio and l2 = lambda * (1 - l1Ratio), lambda_g * alpha = l1 and
# lambda_g * (1 - alpha) / sd(y) = l2.
mapped <- function(data) {
  centre <- if (data$intercept) mean(data$y) else 0
  deviation <- sqrt(mean((data$y - centre)^2))
  l1 <- data$lambdas * data$l1Ratio
  l2 <- data$lambdas * (1 - data$l1Ratio) * deviation
  list(lambda = l1 + l2, alpha = l1[1] / (l1[1] + l2[1]))
}

solutionOf <- function(data, fit, errors) {
  count <- length(data$lambdas)
  fitted <- length(fit$lambda)
  coefficients <- matrix(NaN, ncol(data$X), count)
  intercepts <- rep(NaN, count)
  coefficients[, seq_len(fitted)] <- as.matrix(fit$beta)
  intercepts[seq_len(fitted)] <- fit$a0
  c(as.vector(coefficients), intercepts, errors)
}

fitPath <- function(data, tolerance, variant) {
  penalty <- mapped(data)
  fit <- glmnet(data$X, data$y,
    lambda = penalty$lambda, alpha = penalty$alpha, standardize = FALSE, intercept = data$intercept,
    thresh = tolerance, type.gaussian = variant, maxit = PASSES
  )
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

run <- function(data, request) {
  invisible(gc())
  start <- Sys.time()
  solution <- SOLVERS[[request$solver]](data, as.numeric(request$tolerance), request$variant)
  seconds <- as.numeric(Sys.time() - start, units = "secs")
  if (request$out != "none") writeBin(solution(), file.path(data$folder, request$out), size = 8, endian = "little")
  seconds
}

say("ready glmnet ", as.character(packageVersion("glmnet")), ", R ", paste(R.version$major, R.version$minor, sep = "."))
input <- file("stdin", "r")
data <- NULL
while (length(line <- readLines(input, n = 1)) > 0) {
  words <- strsplit(line, " ", fixed = TRUE)[[1]]
  pairs <- regmatches(words[-1], regexpr("=", words[-1], fixed = TRUE), invert = TRUE)
  request <- setNames(lapply(pairs, `[`, 2), vapply(pairs, `[`, "", 1))
  tryCatch(
    if (words[1] == "load") {
      data <- load(request)
      say("ok")
    } else {
      say("ok ", format(run(data, request), digits = 9))
    },
    error = fail
  )
}
