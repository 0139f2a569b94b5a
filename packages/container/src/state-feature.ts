/**
 * The feature of shared state: what the application keeps, and what it uses.
 *
 * @module
 */

import type { Action, ConnectStateOptions, ServeStateOptions, State, StateServer } from "@fourwire/state";
import { z } from "zod";
import type { Feature, FeatureContext, FeaturePlan, SharedConfig } from "./feature.ts";
import { given } from "./given.ts";
import { loadPackage } from "./package-loading.ts";
import { addressProblems, listeningOf, type PlaceConfig, placeFields, useOf } from "./place.ts";
import { count, functionOf, objectOf, text, withMethods } from "./schema.ts";
import {
  type Fields,
  type OpeningOptions,
  openingFields,
  type ServingOptions,
  type SharedSessionOptions,
  servingFields,
} from "./session-schema.ts";
import { type Token, tokenOf } from "./token.ts";

type Wiring = "transport" | "address" | "signal" | "logger" | "tracing";

/** A state that the application serves. */
export interface StateServeConfig extends PlaceConfig, Omit<ServeStateOptions, Wiring | keyof SharedSessionOptions> {}

/** A state that the application uses. */
export interface StateConnectConfig
  extends PlaceConfig,
    Omit<ConnectStateOptions, Wiring | keyof SharedSessionOptions> {}

/** The shared state of an application. */
export interface StateConfig {
  /** The state that it serves; `STATE_SERVER` stands for the server. Default: none. */
  readonly serve?: (StateServeConfig & ServingOptions) | undefined;
  /**
   * The state that it uses; `stateToken()` stands for it. Without an address it is
   * the one that the application serves, if it does. Default: none.
   */
  readonly connect?: (StateConnectConfig & OpeningOptions) | undefined;
}

/** The server of the application's state, from the key `state.serve`. */
export const STATE_SERVER: Token<StateServer> = tokenOf("state.serve");

/** The state that the application uses, from the key `state.connect`; `stateToken` knows its shape. */
export const STATE: Token<State> = tokenOf("state.connect");

/** Creates the token of the state from `state.connect`, of a known shape. */
export function stateToken<Shape extends object>(): Token<State<Shape>> {
  return tokenOf("state.connect");
}

/** Shared state in a container. */
export const stateFeature: Feature<StateConfig> = {
  key: "state",
  schema: createSchema(),
  plan,
  async open({ serve, connect }, context) {
    const { serveState, connectState } = await loadPackage("state", "@fourwire/state", import("@fourwire/state"));
    if (serve) {
      const { address = context.address, transport, ...options } = serve;
      const server = await context.open("state.serve", () =>
        serveState({ ...context.session, ...given(options), address, transport: context.transport(transport) }),
      );
      context.provide(STATE_SERVER, server);
    }
    if (!connect) return;
    const { address, transport, ...options } = placeToConnect({ serve, connect }, context);
    const state = await context.open("state.connect", async () => {
      // The plan has seen to it that there is one.
      if (address === undefined) throw new TypeError("there is no address");
      return await connectState(address, {
        ...context.session,
        ...given(options),
        transport: context.transport(transport),
      });
    });
    context.provide(STATE, state);
  },
};

type AnySchema = NonNullable<NonNullable<ServeStateOptions["namespaces"]>[string]["schema"]>;

function createSchema(): z.ZodType<StateConfig> {
  const standardSchema = z.custom<AnySchema>((value) => isStandardSchema(value), {
    error: "a schema that speaks Standard Schema, such as zod's",
  });
  const record = z.record(z.string(), z.unknown());
  const settings: Fields<NonNullable<ServeStateOptions["namespaces"]>[string]> = {
    initial: record.optional(),
    actions: z.record(z.string(), withMethods<Action>("an action, which has run()", ["run"])).optional(),
    schema: standardSchema.optional(),
    schemas: z.record(z.string(), standardSchema).optional(),
  };
  const served: Fields<StateServeConfig & ServingOptions> = {
    ...placeFields,
    ...servingFields,
    namespaces: z.record(z.string(), objectOf(settings)).optional(),
    authorizePath: functionOf<ServeStateOptions["authorizePath"]>().optional(),
    store: withMethods<NonNullable<ServeStateOptions["store"]>>("a store", ["load", "commit", "close"]).optional(),
    maxLogEntries: count.optional(),
    maxLogBytes: count.optional(),
    maxNamespaces: count.optional(),
    maxWatchers: count.optional(),
    maxHistory: count.optional(),
    ownerLeaseMs: count.optional(),
  };
  const connected: Fields<StateConnectConfig & OpeningOptions> = {
    ...placeFields,
    ...openingFields,
    namespace: text.optional(),
    name: text.optional(),
  };
  return objectOf({ serve: objectOf(served).optional(), connect: objectOf(connected).optional() });
}

/** Says whether a value is a schema, of whatever library; some are functions. */
function isStandardSchema(value: unknown): boolean {
  const isHolder = (typeof value === "object" && value !== null) || typeof value === "function";
  return isHolder && typeof Reflect.get(value, "~standard") === "object";
}

function plan({ serve, connect }: StateConfig, shared: SharedConfig): FeaturePlan {
  const isOwn = serve !== undefined && connect?.address === undefined;
  return {
    provides: [...(serve ? ["serve"] : []), ...(connect ? ["connect"] : [])],
    transports: [
      ...(serve ? [useOf(["serve"], serve)] : []),
      ...(connect && (!isOwn || connect.transport !== undefined) ? [useOf(["connect"], connect)] : []),
    ],
    listens: serve ? [listeningOf(["serve"], serve, shared)] : [],
    problems: connect && !isOwn ? addressProblems(["connect"], connect, shared) : [],
  };
}

/** Finds out where the state is: here, unless an address says otherwise. */
function placeToConnect(
  { serve, connect = {} }: StateConfig,
  context: FeatureContext,
): NonNullable<StateConfig["connect"]> {
  if (!serve || connect.address !== undefined) return { ...connect, address: connect.address ?? context.address };
  const { transport = serve.transport, key = serve.key } = connect;
  return { ...connect, transport, key, address: context.resolve(STATE_SERVER).address };
}
