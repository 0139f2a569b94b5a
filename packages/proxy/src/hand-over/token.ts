/**
 * What a holder hands to a third end, beside a reference: the way to the owner.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";

import { ProxyError } from "../errors.ts";

/** Where an owner listens, as its holder reached it. */
export interface OwnerPlace {
  /** The name of the transport. */
  readonly transport: string;
  readonly address: string;
}

/** What proves that a thing was handed over: a number within the holder's session, and the key told to the owner and the third only. */
export interface Claim {
  /** The session of the holder with the owner. */
  readonly sessionId: string;
  /** Counts the hand-overs of that session, from 1, so that a used one is told from one that is still to be announced. */
  readonly number: number;
  /** 256 random bits, in hexadecimal. */
  readonly key: string;
}

/** What a holder hands to a third end. */
export interface HandOverToken extends OwnerPlace, Claim {}

/** The drivers whose links lead to one far end only: nobody else gets there by their addresses. */
const PRIVATE_LINKS: ReadonlySet<string> = new Set(["pipe", "messagePort"]);
/** The longest text of a token. */
const MAX_TOKEN = 2_000;

/** Says where the far end of a connection listens; nothing when nobody else gets there. */
export function ownerPlace(transport: Transport, address: string): OwnerPlace | undefined {
  return PRIVATE_LINKS.has(transport.name) ? undefined : { transport: transport.name, address };
}

/** Writes a token; nothing for one that would be too long. */
export function writeToken({ transport, address, sessionId, number, key }: HandOverToken): string | undefined {
  const text = JSON.stringify([transport, address, sessionId, number, key]);
  return text.length <= MAX_TOKEN ? text : undefined;
}

/** Reads a token; nothing for what is none, which may be another version's. */
export function readToken(text: string): HandOverToken | undefined {
  try {
    const parts: unknown = text.length <= MAX_TOKEN ? JSON.parse(text) : undefined;
    const [transport, address, ...claim]: unknown[] = Array.isArray(parts) ? parts : [];
    const isPlace = typeof transport === "string" && typeof address === "string";
    return isPlace ? { transport, address, ...readClaim(claim) } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads what an owner is asked with. Throws `NOT_FOUND` for what is none. */
export function readClaim([sessionId, number, key]: readonly unknown[]): Claim {
  if (typeof sessionId !== "string" || typeof key !== "string" || !isNumber(number)) throw noClaim();
  return { sessionId, number, key };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function noClaim(): ProxyError {
  return new ProxyError("NOT_FOUND", "A claim is a session, a number above 0 and a key");
}
