# Entropy estimators in base R, written by hand, one histogram a call, as an R user has them.
#
#   Rscript r_peer.R COUNTS.csv K
#
# COUNTS.csv: one histogram a row, without a header. Prints one JSON line an estimator:
# {"name": ..., "ns": CPU time of a call, "values": of each histogram}.

arguments <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(arguments[1], header = FALSE))
K <- as.numeric(arguments[2])
seconds <- 0.2

plug_in_of <- function(p) {
  p <- p[p > 0]
  -sum(p * log(p))
}
G <- function(n) digamma(n %/% 2 + 0.5) + log(2)

estimators <- list(
  plug_in = function(n) plug_in_of(n / sum(n)),
  miller_madow = function(n) plug_in_of(n / sum(n)) + (sum(n > 0) - 1) / (2 * sum(n)),
  grassberger_2003 = function(n) {
    N <- sum(n)
    n <- n[n > 0]
    log(N) - sum(n * G(n)) / N
  },
  chao_shen = function(n) {
    N <- sum(n)
    n <- n[n > 0]
    f1 <- sum(n == 1)
    if (f1 == N) f1 <- N - 1
    p <- (1 - f1 / N) * n / N
    -sum(p * log(p) / (1 - (1 - p)^N))
  },
  zhang = function(n) {
    N <- sum(n)
    n <- n[n > 0]
    sum(n / N * (digamma(N) - digamma(n)))
  },
  chao_wang_jost = function(n) {
    N <- sum(n)
    n <- n[n > 0]
    f1 <- sum(n == 1)
    f2 <- sum(n == 2)
    H <- sum(n / N * (digamma(N) - digamma(n)))
    if (f1 == 0) return(H)
    A <- if (f2 > 0) 2 * f2 / ((N - 1) * f1 + 2 * f2) else 2 / ((N - 1) * (f1 - 1) + 2)
    if (A == 1) return(H)
    r <- 1:(N - 1)
    H + f1 / N * (1 - A)^(1 - N) * (-log(A) - sum((1 - A)^r / r))
  },
  shrinkage = function(n) {
    N <- sum(n)
    p <- n / N
    weight <- (1 - sum(p^2)) / ((N - 1) * sum((1 / K - p)^2))
    weight <- min(max(weight, 0), 1)
    plug_in_of(weight / K + (1 - weight) * p)
  },
  dirichlet_jeffreys = function(n) plug_in_of((n + 0.5) / (sum(n) + 0.5 * K)),
  wolpert_wolf = function(n) {
    N <- sum(n)
    digamma(N + K + 1) - sum((n + 1) / (N + K) * digamma(n + 2))
  }
)

for (name in names(estimators)) {
  estimator <- estimators[[name]]
  values <- apply(counts, 1, estimator)
  rows <- lapply(seq_len(nrow(counts)), function(r) counts[r, ])
  calls <- 0
  start <- proc.time()[["user.self"]]
  repeat {
    for (row in rows) estimator(row)
    calls <- calls + length(rows)
    spent <- proc.time()[["user.self"]] - start
    if (spent > seconds) break
  }
  cat(sprintf("{\"name\": \"%s\", \"ns\": %.1f, \"values\": [%s]}\n",
              name, spent / calls * 1e9, paste(sprintf("%.15g", values), collapse = ", ")))
}
