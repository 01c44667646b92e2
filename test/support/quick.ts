import fc from "fast-check";

/** For a quick look: what does not say itself how many cases it needs, has a few. */
fc.configureGlobal({ numRuns: 5 });
