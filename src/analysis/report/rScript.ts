/** R script that fits the report's mixed models to `trials-tidy.csv` with lme4 and checks their convergence. */
export const glmmScript = `# The report's logistic mixed models of single trials; needs the package lme4. Run in the report's folder: Rscript glmm.R
# Random intercepts: (1 | participant) + (1 | source) + (1 | source:stage); with a model also what is the observers' own.
# A model is no listener: (0 + human | participant) is (1 | participant) for the humans' trials and nothing for the model's.
# Estimates, standard errors and log-likelihoods are those of results.json (curves, claims, mixed, fit); so are the
# statistics of the likelihood-ratio tests (logitTests), which the report holds against F instead of chi-squared.
library(lme4)

trials <- read.csv("trials-tidy.csv", na.strings = character(0))
settings <- glmerControl(
  optimizer = "bobyqa", optCtrl = list(maxfun = 1e6, rhoend = 1e-8), tolPwrss = 1e-12, check.conv.singular = "ignore"
)

# Terms that the humans' trials can tell: two answers a level on average
replicated <- function(people, factors) {
  nrow(people) >= 2 * nrow(unique(people[factors]))
}

random_terms <- function(part, pair) {
  people <- part[part$human == 1, ]
  terms <- c(
    if (replicated(people, "participant")) if (pair) "(0 + human | participant)" else "(1 | participant)",
    if (replicated(people, "source")) "(1 | source)",
    if (pair && replicated(people, "source")) "(1 | source:observer)",
    if (replicated(people, c("source", "stage"))) "(1 | source:stage)",
    if (pair && replicated(people, c("source", "stage"))) "(0 + human | source:stage)"
  )
  paste(terms, collapse = " + ")
}

fit <- function(fixed, part, pair) {
  model <- glmer(as.formula(paste("correct ~", fixed, "+", random_terms(part, pair))),
    data = part, family = binomial, control = settings)
  messages <- model@optinfo$conv$lme4$messages
  if (model@optinfo$conv$opt != 0 || length(messages) > 0) cat("NOT CONVERGED:", unlist(messages), "\\n")
  if (isSingular(model)) cat("Singular: some variance is estimated as zero\\n")
  model
}

compare <- function(effect, larger, smaller) {
  statistic <- max(0, 2 * (as.numeric(logLik(larger)) - as.numeric(logLik(smaller))))
  df <- attr(logLik(larger), "df") - attr(logLik(smaller), "df")
  cat(sprintf("%s: chi-squared(%d) = %.4f, p = %.4g\\n", effect, df, statistic, pchisq(statistic, df, lower.tail = FALSE)))
}

for (this_task in unique(trials$task)) {
  for (this_model in setdiff(unique(trials$metamer_model), "")) {
    chosen <- trials$task == this_task &
      (trials$metamer_model == this_model | trials$stage == "natural") &
      trials$observer %in% c("human", this_model)
    part <- trials[chosen, ]
    people <- part[part$observer == "human", ]
    if (nrow(people) == 0 || length(unique(people$stage)) < 2) next
    part <- part[paste(part$source, part$stage) %in% paste(people$source, people$stage), ]
    first <- if ("natural" %in% part$stage) "natural" else part$stage[1]
    part$stage <- relevel(factor(part$stage), ref = first)
    part$observer <- factor(part$observer, levels = c("human", setdiff(unique(part$observer), "human")))
    part$human <- as.numeric(part$observer == "human")
    part$source <- factor(part$source)
    part$participant <- factor(part$participant)
    cat("\\n=====", this_task, ":", this_model, "=====\\n\\nHumans alone\\n")
    alone <- droplevels(part[part$human == 1, ])
    humans <- fit("stage", alone, FALSE)
    print(summary(humans)$coefficients)
    print(VarCorr(humans))
    cat("log-likelihood", logLik(humans), "\\n")
    compare("stage", humans, fit("1", alone, FALSE))
    if (nlevels(part$observer) < 2) next
    cat("\\nHumans with", this_model, "\\n")
    full <- fit("stage * observer", part, TRUE)
    print(summary(full)$coefficients)
    print(VarCorr(full))
    cat("log-likelihood", logLik(full), "\\n")
    additive <- fit("stage + observer", part, TRUE)
    compare("observer x stage", full, additive)
    compare("observer", additive, fit("stage", part, TRUE))
    compare("stage", additive, fit("observer", part, TRUE))
  }
}
sessionInfo()
`;
