/**
 * What tests of several packages share. Not published.
 *
 * @module
 */

export type { Child } from "./child.ts";
export { startChild } from "./child.ts";
export type { Compiled, CompileOptions, Program } from "./compile.ts";
export { compile } from "./compile.ts";
export type { Page } from "./pages.ts";
export { readPage } from "./pages.ts";
export type { Deferred } from "./promises.ts";
export { deferred, failure, until } from "./promises.ts";
export { isRunning, survivorsOf } from "./survivors.ts";
