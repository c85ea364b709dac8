# Reference values of test/statistics/signalDetection.test.ts, by R's own integrate and uniroot:
# Rscript signalDetection.R > signalDetection.json
choice <- function(d, m) integrate(function(x) dnorm(x - d) * pnorm(x)^(m - 1), -Inf, Inf, rel.tol = 1e-10)$value
inverse <- function(p, m) uniroot(function(d) choice(d, m) - p, c(-8, 10), tol = 1e-10)$root
differencing <- function(h, f) {
  k <- -qnorm(f / 2) * sqrt(2)
  uniroot(function(d) pnorm((d - k) / sqrt(2)) + pnorm((-d - k) / sqrt(2)) - h, c(0, 15), tol = 1e-10)$root
}
line <- function(...) paste0("[", paste(sprintf("%.8f", c(...)), collapse = ", "), "]")
choices <- mapply(function(p, m) line(p, m, inverse(p, m)),
  c(0.5, 0.75, 0.99, 0.2, 0.7, 0.5, 0.02, 0.5, 0.95), c(2, 2, 2, 3, 3, 4, 64, 64, 1000))
pairs <- mapply(function(h, f) line(h, f, differencing(h, f)), c(0.8, 0.642, 0.95, 0.31), c(0.3, 0.3, 0.05, 0.3))
cat("{\n  \"choices\": [", paste(choices, collapse = ", "), "],\n  \"differencing\": [", paste(pairs, collapse = ", "), "]\n}\n", sep = "")
