/** What log-sender.js exports. */
export interface SenderModule {
  sendTo(address: string, key: string): Promise<void>;
  say(message: string): void;
}
