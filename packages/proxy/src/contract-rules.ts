/**
 * What may be reached by a contract.
 *
 * @module
 */

import { Contract, type ContractMember, type ContractMembers } from "./contract.ts";
import { contractedMember, type MemberPlace } from "./contracted-member.ts";
import type { Exposure } from "./exposure.ts";
import type { Member, Rules } from "./rules.ts";

/** An object that is reached by a contract. */
interface View {
  readonly target: object;
  readonly members: ContractMembers;
  /** The name of each member begins with it. */
  readonly prefix: string;
}

/** What contract rules are made of. */
export interface ContractRulesOptions {
  /** Knows the platform's own objects. */
  readonly exposure: Pick<Exposure, "isBuiltIn" | "isData">;
  /** Called with what the object did against its contract. */
  report(error: unknown): void;
}

/**
 * Finds members by contracts, and no others.
 *
 * In the place of an object that has a contract stands a view of it, which is
 * nothing but a key: whoever asks for a member of a view gets what the contract
 * says. Anything else has no members, however it came to be held.
 */
export class ContractRules implements Rules {
  readonly relays = false;
  readonly #options: ContractRulesOptions;
  readonly #views = new WeakMap<object, View>();
  /** The views of each object: as many as contracts list it. */
  readonly #known = new WeakMap<object, { readonly key: object; readonly view: View }[]>();

  constructor(options: ContractRulesOptions) {
    this.#options = options;
  }

  /** Returns what stands for an object: the same for the same object, contract and place. */
  view(target: object, contract: Contract | ContractMembers, prefix = ""): object {
    const members = contract instanceof Contract ? contract.members : contract;
    const known = this.#known.get(target) ?? [];
    this.#known.set(target, known);
    const same = known.find((each) => each.view.members === members && each.view.prefix === prefix);
    if (same) return same.key;
    const key: object = Object.freeze(Object.create(null));
    const view = { target, members, prefix };
    known.push({ key, view });
    this.#views.set(key, view);
    return key;
  }

  unwrap(value: object): object {
    return this.#views.get(value)?.target ?? value;
  }

  member(owner: object, name: string): Member | undefined {
    const view = this.#views.get(owner);
    // Not an inherited one: a contract has what it lists.
    const listed = view && Object.hasOwn(view.members, name) ? view.members[name] : undefined;
    return view && listed && this.#member(view, name, listed);
  }

  names(owner: object): string[] {
    return Object.keys(this.#views.get(owner)?.members ?? {});
  }

  requirePlain(value: unknown): unknown {
    return value;
  }

  isData(value: unknown): boolean {
    return this.#options.exposure.isData(value);
  }

  isBuiltIn(value: object): boolean {
    return this.#options.exposure.isBuiltIn(value);
  }

  #member({ target, prefix }: View, name: string, listed: ContractMember): Member | undefined {
    const fullName = `${prefix}${name}`;
    const { report } = this.#options;
    const view: MemberPlace["view"] = (value, contract, below) => this.view(value, contract, below);
    return contractedMember({ target, name, fullName, view, report }, listed);
  }
}
