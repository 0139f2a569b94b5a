/**
 * ZProc's names for waiting on a state, as functions over it.
 *
 * Three versions are meant: 0.1.5 (`get_when_change`, `get_val_when_change`,
 * `get_when`), 1.0.0a5 (`get_when_equal` and its like, `get_raw_update`) and the
 * last one, 0.9.5 (`when`, `when_change` and their like, which iterate).
 *
 * @module
 */

export type { RawUpdate, WatchOptions } from "./zproc-iterators.ts";
export {
  when,
  whenAvailable,
  whenChange,
  whenChangeRaw,
  whenEqual,
  whenFalsy,
  whenNone,
  whenNotEqual,
  whenNotNone,
  whenTruthy,
} from "./zproc-iterators.ts";
export type { ChangeWaitOptions } from "./zproc-waits.ts";
export {
  getRawUpdate,
  getValWhenChange,
  getWhen,
  getWhenAvailable,
  getWhenChange,
  getWhenEqual,
  getWhenNone,
  getWhenNotEqual,
  getWhenNotNone,
  setDefault,
} from "./zproc-waits.ts";
