/** What keeper.js exports. */
export interface KeeperModule {
  keep(counter: unknown): void;
  count(): Promise<number>;
}
