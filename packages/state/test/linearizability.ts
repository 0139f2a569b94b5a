/**
 * Says whether what clients saw of one register could have happened in one
 * order: Wing and Gong's search, with Lowe's memory of where it has been.
 *
 * @module
 */

/** One operation on the register, from its call to its answer. An operation without an answer may take effect at any later time, or never. */
export interface RegisterOperation {
  readonly called: number;
  /** `Infinity` when nobody knows how it ended. */
  readonly answered: number;
  readonly kind: "get" | "set" | "compare-and-set" | "update";
  /** What `get` gave. */
  readonly got?: number | undefined;
  /** What was to be written. */
  readonly value?: number | undefined;
  /** What `compare-and-set` expected. */
  readonly expected?: number | undefined;
  /** Whether `compare-and-set` wrote; absent when nobody knows. */
  readonly done?: boolean | undefined;
  /** What each run of an `update` read and wanted to write; when its end is known, only the last one counts. */
  readonly runs?: readonly (readonly [read: number | undefined, written: number])[] | undefined;
}

type Value = number | undefined;

/** Says whether there is an order of the operations that explains all answers. */
export function isLinearizable(history: readonly RegisterOperation[]): boolean {
  const known = history.filter(
    (operation) => operation.kind !== "get" || operation.answered !== Number.POSITIVE_INFINITY,
  );
  return new Search(known.toSorted((left, right) => left.called - right.called)).run();
}

interface Place {
  /** The operations before this one all took effect. */
  readonly first: number;
  /** Those behind it that did, too. */
  readonly ahead: readonly number[];
  readonly value: Value;
}

class Search {
  readonly #operations: readonly RegisterOperation[];
  readonly #visited = new Set<string>();
  readonly #open: Place[] = [{ first: 0, ahead: [], value: undefined }];

  constructor(operations: readonly RegisterOperation[]) {
    this.#operations = operations;
  }

  run(): boolean {
    for (let place = this.#open.pop(); place; place = this.#open.pop()) {
      if (this.#isEnd(place)) return true;
      for (const next of this.#candidates(place)) this.#visit(place, next);
    }
    return false;
  }

  #isEnd({ first, ahead }: Place): boolean {
    for (let index = first; index < this.#operations.length; index += 1) {
      if (!ahead.includes(index) && this.#operations[index]?.answered !== Number.POSITIVE_INFINITY) return false;
    }
    return true;
  }

  /** Finds the operations that may come next: those called before any other was answered. */
  #candidates({ first, ahead }: Place): number[] {
    const candidates: number[] = [];
    let answered = Number.POSITIVE_INFINITY;
    for (let index = first; index < this.#operations.length; index += 1) {
      const operation = this.#operations[index];
      if (!operation || operation.called > answered) break;
      if (ahead.includes(index)) continue;
      candidates.push(index);
      answered = Math.min(answered, operation.answered);
    }
    return candidates;
  }

  #visit(place: Place, index: number): void {
    const operation = this.#operations[index];
    const after = operation && apply(operation, place.value);
    if (!after) return;
    const ahead = new Set([...place.ahead, index]);
    let { first } = place;
    while (ahead.delete(first)) first += 1;
    const next: Place = { first, ahead: [...ahead].toSorted((left, right) => left - right), value: after.value };
    const key = `${first};${next.ahead.join()};${String(next.value)}`;
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    this.#open.push(next);
  }
}

/** Returns the register after an operation; `undefined` when its answer could not have come about. */
function apply(operation: RegisterOperation, value: Value): { readonly value: Value } | undefined {
  switch (operation.kind) {
    case "get":
      return operation.got === value ? { value } : undefined;
    case "set":
      return { value: operation.value };
    case "update":
      return applyUpdate(operation, value);
    default: {
      const fits = operation.expected === value;
      if (operation.done !== undefined && operation.done !== fits) return undefined;
      return { value: fits ? operation.value : value };
    }
  }
}

function applyUpdate({ runs = [], answered }: RegisterOperation, value: Value): { readonly value: Value } | undefined {
  if (answered === Number.POSITIVE_INFINITY) {
    const run = runs.find(([read]) => read === value);
    return run && { value: run[1] };
  }
  const last = runs.at(-1);
  return last && last[0] === value ? { value: last[1] } : undefined;
}
