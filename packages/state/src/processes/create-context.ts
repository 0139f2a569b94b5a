/**
 * Making a context.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import type { Key } from "@fourwire/session";
import { checkNotImporting } from "@fourwire/spawner";
import type { NamespaceSettings } from "../authority.ts";
import { connectState } from "../connect-state.ts";
import { DEFAULT_NAMESPACE } from "../protocol.ts";
import { type StateServer, serveState } from "../serve-state.ts";
import type { State } from "../state.ts";
import { Context } from "./context.ts";
import type { ContextOptions } from "./context-options.ts";
import { warn } from "./household.ts";
import { completeWorker } from "./process-options.ts";
import { PROCESSES_NAMESPACE } from "./registry.ts";

const KEY_BYTES = 32;

/**
 * Makes a context: serves a state, or connects to one that is served already, for processes that are started from here.
 *
 * From ZProc's `Context`, whose server is a process of its own; this one answers from the event loop of whoever made it. Rejects with
 * what serving and connecting reject with, with `STARTED_DURING_IMPORT` when a module that a process imports makes one by itself, with
 * the signal's reason, or with a `TypeError` for options that make no sense.
 *
 * @example
 * ```ts
 * await using context = await createContext<Shape>({ transport: zmq(), initial: { foo: 0 } });
 * await context.spawnMany([child1, child2]);
 * await context.state.set("foo", "bar");
 * ```
 */
export async function createContext<Shape extends object = Record<string, unknown>>(
  options: ContextOptions<Shape>,
): Promise<Context<Shape>> {
  checkNotImporting();
  checkOptions(options);
  const { transport, namespace = DEFAULT_NAMESPACE, name = "root", processes = {}, signal, connect } = options;
  const { wait = false, onError = warn, errors = {}, maxStarting } = options;
  const isOwn = options.server === undefined;
  const key = keyOf(options);
  const server = isOwn ? await serveOwn(options, key) : undefined;
  try {
    const address = server?.address ?? String(options.server);
    const state = await connectState<Shape>(address, { name, ...connect, transport, key, namespace, signal });
    return new Context<Shape>({
      state,
      path: name,
      endpoint: { transport, address, key, namespace, isOwn },
      defaults: processes,
      errors,
      maxStarting,
      isWaiting: wait,
      onError,
      leave: () => leave(state, server),
    });
  } catch (error) {
    await server?.close();
    throw error;
  }
}

function checkOptions<Shape extends object>({
  server,
  address,
  initial,
  serve,
  name,
  processes,
}: ContextOptions<Shape>): void {
  completeWorker(processes ?? {});
  if (name !== undefined && !/^[^/]+$/.test(name))
    throw new TypeError(`name is "${name}"; it has a slash, or is empty`);
  if (server === undefined) return;
  const own = Object.entries({ address, initial, serve }).find(([, value]) => value !== undefined);
  if (own) throw new TypeError(`${own[0]} has no meaning for a state that is served elsewhere (server)`);
}

function keyOf<Shape extends object>({ key, server }: ContextOptions<Shape>): Key | undefined {
  if (key === false) return undefined;
  return key ?? (server === undefined ? randomBytes(KEY_BYTES).toString("hex") : undefined);
}

function serveOwn<Shape extends object>(options: ContextOptions<Shape>, key: Key | undefined): Promise<StateServer> {
  const { transport, address, namespace = DEFAULT_NAMESPACE, initial, serve, signal } = options;
  const settings: NamespaceSettings = serve?.namespaces?.[namespace] ?? {};
  const begun =
    initial === undefined ? settings : { ...settings, initial: Object.fromEntries(Object.entries(initial)) };
  return serveState({
    ...serve,
    transport,
    address,
    key,
    signal,
    namespaces: { [PROCESSES_NAMESPACE]: {}, ...serve?.namespaces, [namespace]: begun },
  });
}

async function leave<Shape extends object>(state: State<Shape>, server: StateServer | undefined): Promise<void> {
  await state.close();
  await server?.close();
}
