/**
 * The namespaces of an authority, for those who manage them.
 *
 * @module
 */

import type { Link } from "./link.ts";
import { Request } from "./protocol.ts";

/** Creates, lists and deletes namespaces. */
export class Namespaces {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Lists the names. */
  async list(): Promise<readonly string[]> {
    return await this.#link.ask(Request.LIST, [], (names) => (Array.isArray(names) ? names.map(String) : []));
  }

  /** Creates a namespace with these values. Rejects with `NAMESPACE_EXISTS` or `LIMIT_EXCEEDED`. */
  async create(name: string, values: object = {}): Promise<void> {
    await this.#ask(Request.CREATE, name, { ...values });
  }

  /** Creates a namespace with the values that this one has now. Rejects as `create`. */
  async fork(name: string): Promise<void> {
    await this.#ask(Request.FORK, this.#link.namespace, name);
  }

  /** Deletes a namespace; who waits for it is rejected with `NAMESPACE_NOT_FOUND`. */
  async delete(name: string): Promise<void> {
    await this.#ask(Request.DELETE, name);
  }

  async #ask(request: number, namespace: string, ...args: readonly unknown[]): Promise<void> {
    await this.#link.connection.ask({ request, namespace, args, read: () => undefined });
  }
}
