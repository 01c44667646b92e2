# Runs fits on request, timing each by a clock of its own: Rscript serve.R <file>.
#
# The file has DESCRIPTION, load(request) and SOLVERS, functions (data, tolerance, variant) that fit and return what makes the numbers of
# the solution. Each line on standard input is a verb and key=value pairs; each answer is one line, "ok ..." or "error ...". `load`
# reads data; `run` times one fit on it and, unless out=none, writes the numbers to that file of the same folder.

say <- function(...) {
  cat(..., "\n", sep = "")
  flush(stdout())
}
fail <- function(condition) say("error ", gsub("[\r\n]+", " ", conditionMessage(condition)))

readNumbers <- function(folder, name, what, size) {
  path <- file.path(folder, name)
  readBin(path, what, n = file.size(path) / size, size = size, endian = "little")
}

CLOCKS <- list(wall = function() as.numeric(Sys.time()), cpu = function() sum(proc.time()[1:2]))

run <- function(data, request) {
  invisible(gc())
  clock <- CLOCKS[[request$clock]]
  start <- clock()
  solution <- SOLVERS[[request$solver]](data, as.numeric(request$tolerance), request$variant)
  seconds <- clock() - start
  if (request$out != "none") writeBin(solution(), file.path(data$folder, request$out), size = 8, endian = "little")
  seconds
}

answer <- function(line) {
  words <- strsplit(line, " ", fixed = TRUE)[[1]]
  pairs <- regmatches(words[-1], regexpr("=", words[-1], fixed = TRUE), invert = TRUE)
  request <- setNames(lapply(pairs, `[`, 2), vapply(pairs, `[`, "", 1))
  if (words[1] == "load") {
    # The old data goes before the new comes.
    data <<- NULL
    data <<- load(request)
    say("ok")
  } else {
    say("ok ", format(run(data, request), digits = 9))
  }
}

data <- NULL
tryCatch(source(commandArgs(trailingOnly = TRUE)[1]), error = function(condition) {
  fail(condition)
  quit()
})
say("ready ", DESCRIPTION)
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) tryCatch(answer(line), error = fail)
