/**
 * The live objects of an application, as its configuration names them, and what that is checked with.
 *
 * @module
 */

import type { ConnectOptions, Contract, HandOver, ServeOptions } from "@fourwire/proxy";
import type { OpenOptions, ServeOptions as SessionServeOptions } from "@fourwire/session";
import { z } from "zod";
import { type PlaceConfig, placeFields } from "./place.ts";
import { isPlain, valueAt } from "./plain.ts";
import { injectionToken, namesOf, objectOf, text, withMethods } from "./schema.ts";
import {
  type Fields,
  type OpeningOptions,
  openingFields,
  type ServingOptions,
  servingFields,
} from "./session-schema.ts";
import type { Token } from "./token.ts";

/** What serving an object may be told, beside what all sessions may. */
type ObjectOptions = Omit<ServeOptions, keyof SessionServeOptions | "transport" | "contract">;

/** What connecting to an object may be told, beside what all sessions may. */
type ProxyOptions = Omit<ConnectOptions, keyof OpenOptions | "transport" | "name" | "lostBecause">;

/** An object that the application serves. */
export interface ServeConfig extends PlaceConfig, ServingOptions, ObjectOptions {
  /** The object. Default: what `token` stands for. */
  readonly object?: object | undefined;
  /** What the object is resolved by, with all that it is built on. Default: `object`. */
  readonly token?: Token<object> | undefined;
  /** What `defineContract` returns: exactly what it lists is reachable, and every value is validated. In the place of `expose`. */
  readonly contract?: Contract | undefined;
}

/** An object elsewhere that the application uses. */
export interface ConnectConfig extends PlaceConfig, OpeningOptions, ProxyOptions {
  /** The object of this application to connect to, by its name in `serve`, wherever it really is served. Default: `address`. */
  readonly to?: string | undefined;
  /** The member of what is served there. Default: all of it. */
  readonly member?: string | undefined;
}

/** The live objects of an application, each under a name. */
export interface ProxyConfig {
  /** The objects that it serves; `serverToken(name)` stands for the server. */
  readonly serve?: Readonly<Record<string, ServeConfig>> | undefined;
  /** The objects that it uses; `proxyToken(name)` stands for the proxy. */
  readonly connect?: Readonly<Record<string, ConnectConfig>> | undefined;
}

const handOver: z.ZodType<ServeOptions["handOver"]> = z
  .union([z.literal(false), withMethods<HandOver>("", ["stats", "close"])], {
    error: "false, or what createHandOver returns",
  })
  .optional();

const served: Fields<ServeConfig> = {
  ...placeFields,
  ...servingFields,
  object: withMethods<object>("an object", []).optional(),
  token: injectionToken.optional(),
  expose: z.array(text).optional(),
  instance: z.enum(["single", "session", "percall"]).optional(),
  advertise: text.optional(),
  handOver,
  hooks: withMethods<NonNullable<ServeOptions["hooks"]>>("an object of functions", []).optional(),
  contract: z.custom<Contract>(isContract, { error: "what defineContract() returns" }).optional(),
};

const connected: Fields<ConnectConfig> = {
  ...placeFields,
  ...openingFields,
  to: text.optional(),
  member: text.optional(),
  handOver,
};

const oneServed: z.ZodType<ServeConfig> = objectOf(served)
  .refine(({ object, token }) => (object === undefined) !== (token === undefined), { error: "either object or token" })
  .refine(({ expose, contract }) => expose === undefined || contract === undefined, {
    error: "either expose or contract",
  });

/** The schema of an application's live objects. */
export const proxyConfig: z.ZodType<ProxyConfig> = objectOf({
  serve: namesOf(oneServed).optional(),
  connect: namesOf(objectOf(connected)).optional(),
});

/** Says whether a value has the shape of what `defineContract` returns; serving has the last word. */
function isContract(value: unknown): boolean {
  return withMethods("", []).safeParse(value).success && isPlain(valueAt(value, ["members"]));
}
