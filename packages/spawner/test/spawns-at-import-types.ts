/** What spawns-at-import.js exports. */

/** The module. */
export interface SpawningModule {
  readonly refusal: string | { code: string; message: string };
}
