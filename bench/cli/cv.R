# The same job by R: read.csv, then cv.glmnet over the same folds.
suppressMessages(library(glmnet))
arguments <- commandArgs(trailingOnly = TRUE)
table <- read.csv(arguments[1])
folds <- scan(arguments[2], quiet = TRUE)
fit <- cv.glmnet(as.matrix(table[, -1]), table$y, foldid = folds)
cat(fit$lambda.min, "\n")
