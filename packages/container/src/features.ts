/**
 * The features that the container knows, in the order in which they open: a further one is one more line.
 *
 * @module
 */

import type { Feature } from "./feature.ts";
import { proxyFeature } from "./proxy-feature.ts";

/** All features. Live objects are the last, because what they serve may be built on all others. */
export const FEATURES: readonly Feature[] = [proxyFeature];
