/**
 * Reading one item after the other.
 *
 * @module
 */

/**
 * Makes iterators that all take from one place: each read begins when the one
 * before has ended, so that items come in order to whoever asks. Leaving a loop closes.
 */
export function readInTurn<Item>(
  next: () => Promise<IteratorResult<Item, undefined>>,
  close: () => Promise<void>,
): () => AsyncIterator<Item, undefined> {
  let reading: Promise<unknown> = Promise.resolve();
  return () => ({
    next: () => {
      const read = reading.then(next, next);
      reading = read;
      return read;
    },
    return: async () => {
      await close();
      return { value: undefined, done: true };
    },
  });
}
