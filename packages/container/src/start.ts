/**
 * How an application is put together, and taken apart when that fails.
 *
 * @module
 */

import { type App, createApp, resolveIn } from "./app.ts";
import { Cleanup } from "./cleanup.ts";
import { type CheckedConfig, readConfig } from "./config.ts";
import { ContainerError } from "./errors.ts";
import type { Feature, FeatureContext } from "./feature.ts";
import { container as globalContainer } from "./injection.ts";
import { createLogger } from "./logging.ts";
import { registerProviders } from "./opened-providers.ts";
import { watchSignals } from "./signals.ts";
import type { SourceOptions } from "./sources.ts";
import { LOGGER, tokenOf } from "./token.ts";
import { createTracing } from "./tracing.ts";
import { type AppTransport, type CreateTransport, choicesOf, createAppTransport, pathOf } from "./transports.ts";

/** How an application is started. */
export interface StartOptions extends SourceOptions {
  /** Ends the start; what was opened is closed again. */
  readonly signal?: AbortSignal | undefined;
}

/** What differs between an application and a test of it. */
export interface Wiring {
  readonly createTransport: CreateTransport;
  /** Whether memory stands in for every transport, and for a default one even where the configuration names none. */
  readonly isTest: boolean;
  /** Told what the application left open, by its transports' paths, once all its parts are closed. */
  readonly onLeftovers?: ((leftovers: readonly string[]) => void) | undefined;
}

const DEFAULT_CLOSE_TIMEOUT_MS = 10_000;

/** The time in which what was closed at this end is closed at the other, too, before it counts as left open. */
const LEFTOVERS_WITHIN_MS = 1_000;

/** Reads the configuration, checks it, and opens what it has; all of it, or nothing. */
export async function start(
  features: readonly Feature[],
  code: object,
  options: StartOptions,
  wiring: Wiring,
): Promise<App> {
  options.signal?.throwIfAborted();
  const checked = await readConfig(features, code, options, wiring.isTest);
  options.signal?.throwIfAborted();
  const starting = new Starting(checked, wiring);
  const abort = (): void => starting.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    return await starting.start();
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

class Starting {
  readonly #checked: CheckedConfig;
  readonly #wiring: Wiring;
  readonly #container = globalContainer.createChildContainer();
  readonly #aborting = new AbortController();
  readonly #transports = new Map<string, AppTransport>();
  readonly #cleanup: Cleanup;
  /** The paths of the tokens that the features give, sooner or later. */
  readonly #provided: ReadonlySet<string>;
  #app: App | undefined;

  constructor(checked: CheckedConfig, wiring: Wiring) {
    const { logger, closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = checked.common;
    const own = createLogger(logger, "container", checked.secrets);
    this.#checked = checked;
    this.#wiring = wiring;
    const paths = checked.features.flatMap(({ feature, plan }) =>
      plan.provides.map((path) => (path ? `${feature.key}.${path}` : feature.key)),
    );
    this.#provided = new Set(paths);
    this.#cleanup = new Cleanup({
      timeoutMs: closeTimeoutMs,
      onClosed: (path, error) => {
        if (error === undefined) own.debug({ path }, "Closed");
        else own.warn({ path, err: error }, "Failed to close");
      },
    });
  }

  abort(reason: unknown): void {
    this.#aborting.abort(reason);
  }

  async start(): Promise<App> {
    const { common } = this.#checked;
    const watch = common.handleSignals ? watchSignals((signal) => this.#onSignal(signal)) : undefined;
    try {
      await this.#openAll();
    } catch (thrown) {
      await this.#cleanup.close().catch(() => undefined);
      watch?.[Symbol.dispose]();
      throw this.#aborting.signal.aborted ? this.#aborting.signal.reason : this.#clean(thrown);
    }
    this.#app = createApp({
      container: this.#container,
      provided: this.#provided,
      close: () => this.#cleanup.close().finally(() => watch?.[Symbol.dispose]()),
    });
    return this.#app;
  }

  async #openAll(): Promise<void> {
    const { common, features } = this.#checked;
    await this.#openTransports();
    this.#container.register(LOGGER, { useValue: common.logger ?? this.#logger("application") });
    registerProviders(this.#container, common.providers ?? [], this.#cleanup);
    const tracing = await createTracing(common.tracing);
    const contexts = features.map(({ feature, config }) => ({
      feature,
      config,
      context: this.#context(feature.key, tracing),
    }));
    for (const { feature, config, context } of contexts) await feature.open(config, context);
    // What tsyringe made of classes stands between what it is built on and what is built on it.
    this.#cleanup.add("container", () => this.#container.dispose());
    for (const { feature, config, context } of contexts) await feature.serve?.(config, context);
  }

  async #openTransports(): Promise<void> {
    const { common } = this.#checked;
    const { isTest, createTransport, onLeftovers } = this.#wiring;
    const config = isTest ? { ...common, transport: common.transport ?? ("memory" as const) } : common;
    for (const [path, choice] of choicesOf(config)) {
      this.#aborting.signal.throwIfAborted();
      const created = await createTransport(path, choice, common);
      const transport = createAppTransport(path, created);
      this.#transports.set(path, transport);
      this.#cleanup.add(path, () => transport.close());
      this.#container.register(tokenOf(path), { useValue: transport.transport });
    }
    if (onLeftovers) this.#cleanup.add("leftovers", async () => onLeftovers(await this.#leftovers()));
  }

  async #leftovers(): Promise<string[]> {
    const all = [...this.#transports.values()].map(async ({ path, leftovers }) => {
      const names = await leftovers(LEFTOVERS_WITHIN_MS);
      return names.map((name) => `${path}: ${name}`);
    });
    return (await Promise.all(all)).flat();
  }

  #context(key: string, tracing: Awaited<ReturnType<typeof createTracing>>): FeatureContext {
    const { common, features } = this.#checked;
    const { isTest } = this.#wiring;
    const { signal } = this.#aborting;
    return {
      address: common.address,
      session: { ...common.session, logger: common.logger && this.#logger(key), tracing, signal },
      has: (key) => features.some(({ feature }) => feature.key === key),
      isTest,
      resolve: (token) => resolveIn(this.#container, this.#provided, token),
      transport: (name) => {
        const found = this.#transports.get(pathOf(name));
        if (!found) throw new TypeError(`The plan of "${key}" did not name its transport "${pathOf(name)}"`);
        return found.transport;
      },
      provide: (token, value) => void this.#container.register(token, { useValue: value }),
      open: (path, open) => this.#open(path, open),
    };
  }

  async #open<T extends AsyncDisposable>(path: string, open: () => Promise<T>): Promise<T> {
    const { signal } = this.#aborting;
    signal.throwIfAborted();
    const opening = (async () => open())();
    try {
      const opened = await untilAborted(opening, signal);
      this.#cleanup.add(path, () => opened[Symbol.asyncDispose]());
      this.#logger("container").debug({ path }, "Opened");
      return opened;
    } catch (cause) {
      // Nobody waits for it any more; should it open after all, it is closed at once.
      if (signal.aborted) opening.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined);
      const message = `${path} could not be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new ContainerError("START_FAILED", message, { path, cause });
    }
  }

  #onSignal(signal: string): void {
    if (!this.#app) {
      this.abort(new ContainerError("CLOSED", `${signal} came before the application had started`));
      return;
    }
    this.#app.close().catch(() => {
      process.exitCode = 1;
    });
  }

  #logger(feature: string): ReturnType<typeof createLogger> {
    return createLogger(this.#checked.common.logger, feature, this.#checked.secrets);
  }

  /** Takes the secrets out of an error. */
  #clean(error: unknown): unknown {
    const { secrets } = this.#checked;
    if (!(error instanceof ContainerError)) return secrets.clean(error);
    const { code, path, issues, cause, message } = error;
    const cleanCause = secrets.clean(cause);
    if (cleanCause === cause && secrets.redact(message) === message) return error;
    const redacted = issues.map((issue) => ({ ...issue, message: secrets.redact(issue.message) }));
    return new ContainerError(code, secrets.redact(message), { path, issues: redacted, cause: cleanCause });
  }
}

/** Waits for a promise, or for the signal, whose reason it rejects with then. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
  });
  return await Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}
