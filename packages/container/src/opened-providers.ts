/**
 * What providers created, to be closed with the application.
 *
 * @module
 */

import type { Cleanup } from "./cleanup.ts";
import type { DependencyContainer } from "./injection.ts";
import type { Provider } from "./provider.ts";
import type { Token } from "./token.ts";

/** Lets the providers' tokens stand for what they create, which is closed in reverse order of its creation. */
export function registerProviders(
  container: DependencyContainer,
  providers: readonly Provider[],
  cleanup: Cleanup,
): void {
  for (const provider of providers) {
    const created = createOnce(provider, container, cleanup);
    container.register(provider.token, { useFactory: created });
  }
}

function createOnce({ token, create }: Provider, container: DependencyContainer, cleanup: Cleanup): () => unknown {
  let created: { readonly value: unknown } | undefined;
  let isCreating = false;
  return () => {
    if (created) return created.value;
    if (isCreating) throw new Error(`${nameOf(token)} is built on itself`);
    isCreating = true;
    try {
      const value = create((wanted) => container.resolve(wanted));
      created = { value };
      cleanup.add(nameOf(token), disposerOf(value));
      return value;
    } finally {
      isCreating = false;
    }
  };
}

/**
 * Returns how to dispose a value, and waits for none that is not there yet: it
 * is disposed when it comes. One that never came to be has failed whoever waited
 * for it.
 */
function disposerOf(value: unknown): () => Promise<void> | undefined {
  if (!(value instanceof Promise)) return () => dispose(value);
  let isSettled = false;
  const settled = value.then(
    () => true,
    () => false,
  );
  void settled.then(() => {
    isSettled = true;
  });
  return () => {
    const disposed = settled.then(async (isThere) => (isThere ? dispose(await value) : undefined));
    if (isSettled) return disposed;
    disposed.catch(() => undefined);
    return undefined;
  };
}

/** Disposes what can be; tsyringe disposes only what it made of a class, and has a `dispose` method. */
async function dispose(value: unknown): Promise<void> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  const closers: unknown[] = [Symbol.asyncDispose, Symbol.dispose].map((name) => Reflect.get(value, name));
  const close = closers.find((closer) => typeof closer === "function");
  if (typeof close === "function") await Reflect.apply(close, value, []);
}

function nameOf(token: Token<unknown>): string {
  if (typeof token === "function") return token.name || "an unnamed class";
  return typeof token === "object" ? "a delayed class" : String(token);
}
