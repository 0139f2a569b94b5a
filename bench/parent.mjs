// @ts-check

/** How long a process may take to close what it opened before it just ends. */
const CLOSE_MS = 2000;

/**
 * Sends a message to the process that forked this one.
 *
 * @param {object} message
 * @returns {void}
 */
export function tellParent(message) {
  if (process.send === undefined) throw new Error("bench: this module runs in a process forked by the harness");
  process.send(message);
}

/**
 * Ends this process when its parent disconnects or is gone, after closing.
 * Called before anything is opened, so that no failure leaves a process behind.
 *
 * Exits by itself rather than waiting for the event loop to empty: a library
 * that leaves a socket open must not leave a process behind. A profile asked
 * for is still written.
 *
 * @param {() => Promise<void>} close
 * @returns {void}
 */
export function endWithParent(close) {
  process.once("disconnect", () => {
    setTimeout(() => process.exit(1), CLOSE_MS).unref();
    close().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`${error?.stack ?? error}\n`);
        process.exit(1);
      },
    );
  });
}
