#!/usr/bin/env Rscript
# A predictor of one's own in R (with jsonlite): it weighs what learner.py weighs, and answers with a ranking.
suppressPackageStartupMessages(library(jsonlite))

questions <- file("stdin", "r")
while (length(line <- readLines(questions, n = 1)) > 0) {
    question <- fromJSON(line, simplifyVector = FALSE)
    candidates <- unlist(question$candidates)
    history <- unlist(question$history)
    overall <- setNames(rep(0.5, length(candidates)), candidates)
    alike <- setNames(rep(0, length(candidates)), candidates)
    count <- function(counts, items, weight) {
        for (item in items) if (item %in% candidates) counts[[item]] <- counts[[item]] + weight
        counts
    }
    for (example in question$examples) {
        chosen <- c(unlist(example$history), example$choice)
        same_group <- identical(example$group, question$group)
        overall <- count(overall, chosen, 1)
        shared <- length(intersect(history, chosen))
        alike <- count(alike, chosen, (if (same_group) 2 else 1) * 2^shared - 1)
    }
    alike <- count(alike, history, 3)
    q <- (alike + 10 * overall / sum(overall)) / (sum(alike) + 10)
    best <- candidates[order(-q)][seq_len(question$top)]
    cat(toJSON(list(context_id = unbox(question$context_id), ranking = best)), "\n", sep = "")
}
