#!/usr/bin/env Rscript
# A predictor of one's own in R (with jsonlite): the same as learner.py, which only ranks.
suppressPackageStartupMessages(library(jsonlite))

questions <- file("stdin", "r")
while (length(line <- readLines(questions, n = 1)) > 0) {
    question <- fromJSON(line, simplifyVector = FALSE)
    candidates <- unlist(question$candidates)
    weight <- setNames(rep(0.5, length(candidates)), candidates)
    add <- function(items, by) {
        for (item in items) if (item %in% candidates) weight[[item]] <<- weight[[item]] + by
    }
    for (example in question$examples) {
        alike <- identical(example$group, question$group)
        add(c(example$history, example$choice), if (alike) 2 else 1)
    }
    add(question$history, 3)
    best <- candidates[order(-weight)][seq_len(question$top)]
    cat(toJSON(list(context_id = unbox(question$context_id), ranking = best)), "\n", sep = "")
}
