/**
 * The features that the container knows, in the order in which they open: a further one is one more line.
 *
 * @module
 */

import { busFeature } from "./bus-feature.ts";
import type { Feature } from "./feature.ts";
import { hubFeature } from "./hub-feature.ts";
import { proxyFeature } from "./proxy-feature.ts";
import { spawnerFeature } from "./spawner-feature.ts";
import { stateFeature } from "./state-feature.ts";

/**
 * All features. Hubs come first, because a bus may be built on one; live objects
 * are the last, because what they serve may be built on all others.
 */
export const FEATURES: readonly Feature[] = [hubFeature, busFeature, stateFeature, spawnerFeature, proxyFeature];
