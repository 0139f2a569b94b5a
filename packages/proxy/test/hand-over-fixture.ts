/**
 * An owner, a holder and a third end, for tests of hand-overs.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import {
  type ConnectOptions,
  connect,
  createHandOver,
  type HandOver,
  type HandOverOptions,
  type Remote,
  type ServeOptions,
  type Server,
  Signal,
  serve,
} from "../src/index.ts";

/** What the owner has. */
export class Table {
  readonly changed = new Signal<[rows: number]>();
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(rows: number): number {
    this.#rows += rows;
    this.changed.emit(this.#rows);
    return this.#rows;
  }

  /** Calls back, over whatever connection the call came by. */
  async ask(question: (rows: number) => number | Promise<number>): Promise<number> {
    return await question(this.#rows);
  }

  self(): Table {
    return this;
  }
}

/** The owner's root. */
export class Owner {
  readonly #table = new Table();
  table(): Table {
    return this.#table;
  }

  fresh(): Table {
    return new Table();
  }

  isTable(table: unknown): boolean {
    return table === this.#table;
  }

  isSelf(owner: unknown): boolean {
    return owner === this;
  }
}

/** The third end's root: it keeps what it is given. */
export class Desk {
  readonly given: Remote<Table>[] = [];

  put(table: object): number {
    return this.given.push(table as Remote<Table>);
  }

  /** Uses what it is given in the call itself. */
  async use(table: object, rows: number): Promise<number> {
    return await (table as Remote<Table>).add(rows);
  }

  take(index: number): Remote<Table> | undefined {
    return this.given[index];
  }
}

/** Counts what far ends hold of the owner's, what waits to be claimed included. */
export class Holdings {
  count = 0;

  readonly hooks = {
    given: (): void => {
      this.count += 1;
    },
    released: (): void => {
      this.count -= 1;
    },
  };
}

/** What a triangle is made with. */
export interface TriangleOptions {
  readonly transport: Transport;
  readonly owner?: Omit<ServeOptions, "transport">;
  readonly desk?: Omit<ServeOptions, "transport">;
  /** How the third end hands over. */
  readonly third?: HandOverOptions;
  /** How the owner does. */
  readonly first?: HandOverOptions;
  /** How the holder connects. */
  readonly holder?: Omit<ConnectOptions, "transport">;
}

/** An owner, a third end, and a holder that is connected to both. */
export interface Triangle extends AsyncDisposable {
  readonly owner: Owner;
  readonly ownerServer: Server;
  readonly desk: Desk;
  readonly deskServer: Server;
  /** The third's hand-overs. */
  readonly handOver: HandOver;
  /** The owner's. */
  readonly ownerHandOver: HandOver;
  readonly holdings: Holdings;
  /** Why the third relays. */
  readonly relayed: unknown[];
  /** The holder's proxies. */
  readonly toOwner: Remote<Owner> & AsyncDisposable;
  readonly toDesk: Remote<Desk> & AsyncDisposable;
  readonly transport: Transport;
}

/** Makes the three ends in this process; closing it closes all. */
export async function triangle(options: TriangleOptions): Promise<Triangle> {
  const { transport, owner: owning, desk: desking, third, first, holder } = options;
  const relayed: unknown[] = [];
  const handOver = createHandOver({ ...third, onRelay: (reason) => relayed.push(reason) });
  const ownerHandOver = createHandOver(first);
  const holdings = new Holdings();
  const owner = new Owner();
  const desk = new Desk();
  const ownerServer = await serve(owner, undefined, {
    handOver: ownerHandOver,
    hooks: holdings.hooks,
    ...owning,
    transport,
  });
  const deskServer = await serve(desk, undefined, { handOver, ...desking, transport });
  const toOwner = await connect<Owner>(ownerServer.address, { key: owning?.key, ...holder, transport });
  const toDesk = await connect<Desk>(deskServer.address, { key: desking?.key, ...holder, transport });
  return {
    ...{ owner, desk, ownerServer, deskServer, handOver, ownerHandOver, holdings, relayed, transport, toOwner, toDesk },
    async [Symbol.asyncDispose]() {
      await toDesk[Symbol.asyncDispose]();
      await toOwner[Symbol.asyncDispose]();
      await deskServer.close();
      await handOver.close();
      await ownerServer.close();
      await ownerHandOver.close();
      await transport.close();
    },
  };
}

/** Returns what the third was given so many. */
export function givenTo({ given }: Desk, index = 0): Remote<Table> {
  const table = given[index];
  if (!table) throw new Error(`Nothing was given at ${index}`);
  return table;
}
