/**
 * What crosses as a stream, and what it arrives as.
 *
 * @module
 */

/** How a stream arrives: as an async iterable or as a web stream, whichever it left as. */
export const StreamKind = { ITERABLE: 0, WEB: 1 } as const;

/** Something that crosses as a stream. */
export interface Streamable {
  readonly kind: number;
  readonly iterable: AsyncIterable<unknown>;
}

/** Recognises what crosses as a stream; `undefined` for anything else. */
export function asStreamable(value: object): Streamable | undefined {
  if (typeof ReadableStream === "function" && value instanceof ReadableStream) {
    return { kind: StreamKind.WEB, iterable: iterate(value) };
  }
  return isAsyncIterable(value) ? { kind: StreamKind.ITERABLE, iterable: value } : undefined;
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === "function";
}

/** Reads a web stream as an iterable, also where the platform's own is not one. */
function iterate(stream: ReadableStream<unknown>): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const reader = stream.getReader();
      return {
        async next() {
          const result = await reader.read();
          return result.done ? { done: true, value: undefined } : { done: false, value: result.value };
        },
        async return() {
          await reader.cancel();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Makes a web stream of an iterable that arrived. */
export function createWebStream(stream: AsyncIterator<unknown>): ReadableStream<unknown> {
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        const next = await stream.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await stream.return?.();
      },
    },
    // Nothing is asked for before somebody reads.
    { highWaterMark: 0 },
  );
}
