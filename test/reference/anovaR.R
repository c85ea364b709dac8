# Writes anovaR.json: an unbalanced mixed design with strongly correlated levels (random walks), with the
# Greenhouse-Geisser and Huynh-Feldt corrected p values of base R's anova.mlm(test = "Spherical").
# Run: Rscript anovaR.R anovaR.json
set.seed(23)
sizes <- c(a = 5, b = 9, c = 6)
group <- rep(names(sizes), sizes)
scores <- t(apply(matrix(rnorm(length(group) * 5), ncol = 5), 1, cumsum))
scores <- round(scores + outer(match(group, names(sizes)), 1:5) / 4, 6)
fit <- lm(scores ~ factor(group))
row <- anova(fit, X = ~1, test = "Spherical")[2, ]
person <- paste0("p", seq_along(group))
csv <- paste0("person,group,layer,score\\n", paste0(
  rep(person, 5), ",", rep(group, 5), ",l", rep(1:5, each = length(group)), ",", format(c(scores), trim = TRUE),
  collapse = "\\n"
))
cat(sprintf(
  '{\n "csv": "%s",\n "f": %.15g,\n "p": %.15g,\n "pGreenhouseGeisser": %.15g,\n "pHuynhFeldt": %.15g\n}\n',
  csv, row$F, row[["Pr(>F)"]], row[["G-G Pr"]], row[["H-F Pr"]]
), file = commandArgs(trailingOnly = TRUE)[1])
