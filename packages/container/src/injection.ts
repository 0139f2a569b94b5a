/**
 * The parts of tsyringe that users need, behind the polyfill that it needs.
 *
 * Decorators and container have to come from one copy of tsyringe, so they are
 * imported from here and not from tsyringe itself.
 *
 * @module
 */

// Before tsyringe, which throws while it is imported when there is no such polyfill.
import "reflect-metadata";

export type { DependencyContainer, InjectionToken } from "tsyringe";
export { container, delay, inject, injectAll, injectable, instanceCachingFactory, Lifecycle, scoped } from "tsyringe";
