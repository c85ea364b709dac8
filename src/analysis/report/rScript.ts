/**
 * R script that fits a generalized linear mixed model to `trials-tidy.csv` with lme4.
 *
 * @returns The script's text.
 */
export function glmmScript(): string {
  return `# Generalized linear mixed model of single trials; needs the package lme4.
# Fixed effects: stage, observer and their interaction. Random intercepts: participant and source.
# Run in the folder of the report: Rscript glmm.R
library(lme4)

trials <- read.csv("trials-tidy.csv", stringsAsFactors = TRUE)

for (this_task in levels(trials$task)) {
  for (this_model in setdiff(levels(trials$metamer_model), "")) {
    part <- droplevels(subset(
      trials,
      task == this_task &
        (metamer_model == this_model | stage == "natural") &
        observer %in% c("human", this_model)
    ))
    if (nrow(part) == 0 || nlevels(part$stage) < 2) next
    part$stage <- relevel(part$stage, ref = if ("natural" %in% levels(part$stage)) "natural" else levels(part$stage)[1])
    part$observer <- relevel(part$observer, ref = "human")
    fixed <- if (nlevels(part$observer) > 1) "stage * observer" else "stage"
    full <- glmer(
      as.formula(paste("correct ~", fixed, "+ (1 | participant) + (1 | source)")),
      data = part, family = binomial,
      control = glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5))
    )
    cat("\\n=====", this_task, ":", this_model, "=====\\n")
    print(summary(full))
    if (nlevels(part$observer) > 1) {
      reduced <- update(full, . ~ . - stage:observer)
      cat("\\nLikelihood-ratio test of stage x observer\\n")
      print(anova(reduced, full))
    }
  }
}
sessionInfo()
`;
}
