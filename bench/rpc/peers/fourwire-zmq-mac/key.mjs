// @ts-check
/** What both ends hold. TCP does not encrypt, so that every message carries a MAC. */
export const key = "the benchmark's key, which is no secret";
