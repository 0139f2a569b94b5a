/** What becomes of the story wherever it is told. */
import type { Outcome } from "../src/story.ts";

export const OUTCOME: Outcome = {
  sum: 5,
  angle: 90,
  heard: [45, 90],
  answer: "heard ready? yes",
  counted: [1, 2, 3, 4, 5],
  streamed: 5_050,
  bytes: 3_000_000,
};
