/**
 * What requests promise over every driver, as checks for the conformance kit of
 * `@fourwire/transport`: hand them to its `conform`.
 *
 * @module
 */

export { requestContract } from "./request-contract.ts";
