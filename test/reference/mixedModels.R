# Writes mixedModels.json: logistic mixed models fitted by lme4's glmer (Laplace approximation) to five simulated
# studies, with their data. Run: Rscript mixedModels.R mixedModels.json
suppressPackageStartupMessages(library(lme4))
set.seed(13)

simulate_study <- function(listeners, sources, human, model, spread = c(listener = .5, source = .5, sound = .8)) {
  stages <- length(human)
  ability <- rnorm(listeners, 0, spread["listener"])
  ease <- rnorm(sources, 0, spread["source"])
  sound <- matrix(rnorm(sources * stages, 0, spread["sound"]), sources)
  people <- expand.grid(source = seq_len(sources), listener = seq_len(listeners))
  people$stage <- (people$source + people$listener) %% stages + 1
  people$human <- 1
  network <- expand.grid(source = seq_len(sources), stage = seq_len(stages))
  network$listener <- listeners + 1
  network$human <- 0
  rows <- rbind(people, network[names(people)])
  eta <- ifelse(rows$human == 1, human[rows$stage] + c(ability, 0)[rows$listener], model[rows$stage]) +
    ease[rows$source] + sound[cbind(rows$source, rows$stage)]
  rows$correct <- rbinom(nrow(rows), 1, plogis(eta))
  rows
}

fit <- function(name, rows, formula, columns) {
  rows$stage_factor <- factor(rows$stage)
  rows$observer <- factor(ifelse(rows$human == 1, "human", "model"))
  model <- glmer(formula, rows, family = binomial, control = glmerControl(
    optimizer = "bobyqa", optCtrl = list(maxfun = 1e6, rhoend = 1e-8), tolPwrss = 1e-12,
    check.conv.singular = "ignore"
  ))
  cat(name, "\n")
  print(summary(model)$coefficients)
  print(VarCorr(model))
  numbers <- function(x) paste(sprintf("%.10g", x), collapse = ", ")
  random <- as.data.frame(VarCorr(model))
  sprintf(
    ' "%s": {\n  %s,\n  "formula": "%s",\n  "estimates": [%s],\n  "standardErrors": [%s],\n  "random": {%s},\n  "logLikelihood": %.10g\n }',
    name,
    paste(sprintf('"%s": [%s]', columns, vapply(rows[columns], function(x) paste(x, collapse = ","), "")), collapse = ",\n  "),
    paste(deparse(formula, width.cutoff = 500), collapse = ""),
    numbers(fixef(model)), numbers(sqrt(diag(as.matrix(vcov(model))))),
    paste(sprintf('"%s %s": %.10g', random$grp, random$var1, random$sdcor), collapse = ", "),
    as.numeric(logLik(model))
  )
}

usual <- c("listener", "source", "stage", "human", "correct")
crossed <- correct ~ stage_factor * observer + (1 | listener) + (1 | source) + (1 | source:stage_factor)

balanced <- simulate_study(12, 48, c(1.5, .5, -.5, -1.5), c(1.2, 1, .8, 0))
unbalanced <- simulate_study(20, 50, c(1, .5, 0, -.5, -1), c(1, 1, 1, 0, 0))
unbalanced <- unbalanced[unbalanced$human == 0 | runif(nrow(unbalanced)) < unbalanced$listener / 22, ]
missing <- simulate_study(15, 60, c(1, 0, -1), c(1, .5, 0))
missing <- missing[!(missing$human == 0 & missing$source %% 4 == 0) & !(missing$human == 1 & missing$stage == 3 & missing$listener > 9), ]
separated <- simulate_study(15, 40, c(3.5, 1, -3.5), c(3.5, 3.5, 3))
tasks <- rbind(
  cbind(simulate_study(18, 45, c(1, .2, -1), c(.8, .6, .3)), task = 1),
  cbind(simulate_study(18, 45, c(.5, 0, -1.5), c(.5, 0, -.2)), task = 2)
)
tasks$source <- tasks$source + 45 * (tasks$task - 1)
tasks$task_factor <- factor(tasks$task)

texts <- c(
  fit("balanced", balanced, crossed, usual),
  fit("unbalanced", unbalanced, crossed, usual),
  fit("missing cells", missing, correct ~ stage_factor * observer + (0 + human | listener) + (1 | source) +
    (1 | source:observer) + (1 | source:stage_factor), usual),
  fit("near-separation", separated, crossed, usual),
  fit("two tasks", tasks, correct ~ stage_factor * task_factor + observer + (0 + human | listener) + (1 | source) +
    (1 | source:stage_factor), c(usual, "task"))
)
cat("{\n", paste(texts, collapse = ",\n"), "\n}\n", sep = "", file = commandArgs(trailingOnly = TRUE)[1])
