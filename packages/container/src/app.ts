/**
 * An application that is put together.
 *
 * @module
 */

import { ContainerError } from "./errors.ts";
import type { DependencyContainer } from "./injection.ts";
import { pathsIn, type Token, tokenOf } from "./token.ts";

/** An application: what it was configured to have, to be resolved by token, and to be closed as one. */
export interface App extends AsyncDisposable {
  /** tsyringe's own container, a child of the global one, for whatever is registered by hand. */
  readonly container: DependencyContainer;
  /** Settles, and never rejects, when the application is closed: with the error if a part failed to. */
  readonly closed: Promise<Error | undefined>;

  /**
   * Finds what a token stands for, and creates what it is built on.
   *
   * Throws `NOT_CONFIGURED`, with the key to add, when the configuration has
   * nothing for a token of Fourwire's on the way; `NOT_OPEN` when that opens
   * later than what asks for it; `CLOSED`; or tsyringe's own error.
   */
  resolve<T>(token: Token<T>): T;

  /**
   * Closes everything that the application opened, in reverse order. Safe to
   * call twice.
   *
   * Rejects with `CLOSE_FAILED` when a part failed to; all others are closed
   * nevertheless.
   */
  close(): Promise<void>;
}

/** What an application is made of. */
export interface AppParts {
  readonly container: DependencyContainer;
  /** The paths of the tokens that the configuration gives, sooner or later. */
  readonly provided: ReadonlySet<string>;
  /** Closes everything, once. */
  close(): Promise<void>;
}

/** Makes an application of its parts. */
export function createApp({ container, provided, close }: AppParts): App {
  let closing: Promise<void> | undefined;
  let settle: (error: Error | undefined) => void = () => undefined;
  const closed = new Promise<Error | undefined>((resolve) => {
    settle = resolve;
  });
  const closeOnce = (): Promise<void> => {
    if (closing) return closing;
    closing = close();
    closing.then(
      () => settle(undefined),
      (error: Error) => settle(error),
    );
    return closing;
  };
  return {
    container,
    closed,
    resolve<T>(token: Token<T>): T {
      if (closing) throw new ContainerError("CLOSED", "The application is closed");
      return resolveIn(container, provided, token);
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

/**
 * Finds what a token stands for. Where that is Fourwire's and missing, the error
 * says which key to add; tsyringe's other errors stay as they are.
 */
export function resolveIn<T>(container: DependencyContainer, provided: ReadonlySet<string>, token: Token<T>): T {
  try {
    return container.resolve(token);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    // The token is in tsyringe's text only, whatever it was wanted for.
    const path = pathsIn(cause.message).find((path) => !container.isRegistered(tokenOf(path), true));
    throw path === undefined ? cause : missing(path, provided, cause);
  }
}

function missing(path: string, provided: ReadonlySet<string>, cause: Error): ContainerError {
  if (provided.has(path)) {
    const message = `"${path}" is not open yet: it opens after what asks for it`;
    return new ContainerError("NOT_OPEN", message, { path, cause });
  }
  const message = `Nothing is configured for "${path}": add that key to the configuration`;
  return new ContainerError("NOT_CONFIGURED", message, { path, cause });
}
