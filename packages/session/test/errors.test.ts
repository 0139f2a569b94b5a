import { describe, expect, it } from "vitest";
import { type ErrorClass, RemoteError } from "../src/index.ts";
import { converse, failure } from "./fixture.ts";
import { transports } from "./transports.ts";

class OrderError extends Error {
  override readonly name = "OrderError";
  readonly order: string;
  constructor(order: string) {
    super(`Order ${order} failed`);
    this.order = order;
  }
  describe(): string {
    return `about ${this.order}`;
  }
}

function thrower(thrown: () => unknown): { fail(): never; failLater(): Promise<never> } {
  return {
    fail() {
      throw thrown();
    },
    failLater: async () => {
      throw thrown();
    },
  };
}

async function receive(
  thrown: () => unknown,
  errors?: Record<string, ErrorClass>,
): Promise<Error & Record<string, unknown>> {
  await using conversation = await converse({ functions: thrower(thrown), ...(errors && { open: { errors } }) });
  const [first, second] = [
    await failure(conversation.client.call("fail", [])),
    await failure(conversation.client.call("failLater", [])),
  ];
  expect(second.message).toBe(first.message);
  expect(await conversation.client.call("echo", ["alive"])).toBe("alive");
  return second;
}

describe.each(transports)("an error over $name", ({ create }) => {
  it("arrives with its name, message, code, own fields and causes", async () => {
    const thrown = (): Error => {
      const cause = Object.assign(new Error("disk full", { cause: "quota" }), { code: "ENOSPC" });
      const error = new Error("could not save", { cause });
      return Object.assign(error, { name: "SaveError", code: 507, file: "a.txt", bytes: new Uint8Array([1]) });
    };
    await using conversation = await converse({ transport: create(), functions: thrower(thrown) });
    const error = await failure(conversation.client.call("fail", []));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ name: "SaveError", message: "could not save", code: 507 });
    expect(error.data).toStrictEqual({ file: "a.txt", bytes: new Uint8Array([1]) });
    expect(error.cause).toBeInstanceOf(RemoteError);
    expect(error.cause).toMatchObject({ name: "Error", message: "disk full", code: "ENOSPC", cause: "quota" });
  });
});

describe("an error", () => {
  it.each([TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])(
    "of a built-in class is one again: %o",
    async (type) => {
      const error = await receive(() => new type("built in"));
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ name: type.name, message: "built in" });
    },
  );

  it("of a registered class is an instance of it again, with its fields and methods", async () => {
    const error = await receive(() => new OrderError("A7"), { OrderError });
    expect(error).toBeInstanceOf(OrderError);
    expect((error as unknown as OrderError).describe()).toBe("about A7");
    expect(error.message).toBe("Order A7 failed");
  });

  it("of a class nobody registered is a RemoteError with the same name", async () => {
    const error = await receive(() => new OrderError("A7"));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).not.toBeInstanceOf(OrderError);
    expect(error).toMatchObject({ name: "OrderError", data: { order: "A7" } });
  });

  it.each([
    { thrown: "text", message: "text" },
    { thrown: 42, message: "42" },
    { thrown: null, message: "null" },
    { thrown: undefined, message: "undefined" },
    { thrown: Symbol("s"), message: "Symbol(s)" },
    { thrown: { a: 1 }, message: "[object Object]" },
  ])("comes of whatever was thrown: $message", async ({ thrown, message }) => {
    expect((await receive(() => thrown)).message).toBe(message);
  });

  it("comes of what was thrown, although it defends itself", async () => {
    const hostile: (() => unknown)[] = [
      () => Object.create(null),
      () => ({
        toString() {
          throw new Error("no text");
        },
      }),
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
      () =>
        Object.defineProperty(new Error("seen"), "message", {
          get: () => {
            throw new Error("unreadable");
          },
        }),
      () =>
        Object.defineProperty(new Error("seen"), "extra", {
          enumerable: true,
          get: () => {
            throw new Error("unreadable");
          },
        }),
      () => Object.defineProperty(new Error("seen"), "name", { value: Symbol("not a name") }),
      () =>
        Object.assign(new Error("seen"), { callback: () => 1, self: Symbol("s"), large: new Uint8Array(20 * 2 ** 20) }),
    ];
    for (const make of hostile) expect(await receive(make)).toBeInstanceOf(Error);
  });

  it("that is its own cause, or contains itself, arrives once", async () => {
    const error = await receive(() => {
      const loop = new Error("loop");
      loop.cause = loop;
      return Object.assign(loop, { self: loop, list: [loop] });
    });
    expect(error.message).toBe("loop");
    expect(error.cause).toBeUndefined();
    expect(error.data).not.toHaveProperty("self");
  });

  it("that is larger than the far end accepts is shortened instead of ending the session", async () => {
    const functions = thrower(() => new Error("x".repeat(10_000), { cause: new Error("y".repeat(10_000)) }));
    await using conversation = await converse({ functions, open: { limits: { maxMessageBytes: 2_000 } } });
    const error = await failure(conversation.client.call("fail", []));
    expect(error).toMatchObject({ name: "Error", message: "x".repeat(128) });
    expect(await conversation.client.call("echo", [1])).toBe(1);
  });

  it("loses the fields that do not fit, and keeps the rest", async () => {
    const functions = thrower(() => Object.assign(new Error("partly"), { huge: "z".repeat(50_000), small: 1 }));
    await using conversation = await converse({ functions, open: { limits: { maxMessageBytes: 20_000 } } });
    expect(await failure(conversation.client.call("fail", []))).toMatchObject({
      message: "partly",
      data: { small: 1 },
    });
  });

  it("shows no stack unless it may", async () => {
    const functions = thrower(() => new Error("where"));
    for (const showStacks of [false, true]) {
      await using conversation = await converse({ functions, serve: { showStacks } });
      const error = (await failure(conversation.client.call("fail", []))) as unknown as RemoteError;
      if (showStacks) expect(error.remoteStack).toContain("errors.test.ts");
      else expect(error.remoteStack).toBeUndefined();
      expect(error.stack?.includes("at the other end:")).toBe(showStacks);
    }
  });

  it("shows its stack by default where both ends are in one process", async () => {
    const error = await receive(() => new RangeError("near"));
    expect(error.remoteStack).toContain("errors.test.ts");
    expect(Object.keys(error)).not.toContain("remoteStack");
  });

  it("is a value like others among arguments and results", async () => {
    await using conversation = await converse({ open: { errors: { OrderError } }, serve: { errors: { OrderError } } });
    const sent = { list: [new TypeError("first", { cause: new OrderError("B2") })], note: "n" };
    const result = (await conversation.client.call("echo", [sent])) as typeof sent;
    expect(result.list[0]).toBeInstanceOf(TypeError);
    expect(result.list[0]?.cause).toBeInstanceOf(OrderError);
    expect(result.note).toBe("n");
  });

  it("is told apart from data that looks like one", async () => {
    const cause = ["RangeError", "not an error", undefined, undefined, {}, undefined];
    expect((await receive(() => new Error("with data", { cause }))).cause).toStrictEqual(cause);
  });

  it("of a notification goes to onError, and nowhere else", async () => {
    const heard: Error[] = [];
    const serve = { onError: (error: Error) => void heard.push(error) };
    const functions = thrower(() => new OrderError("C3"));
    await using conversation = await converse({ functions, serve });
    conversation.client.notify("fail", []);
    conversation.client.notify("failLater", []);
    await conversation.client.call("echo", []);
    await conversation.client.call("echo", []);
    expect(heard.map(({ message }) => message)).toStrictEqual(["Order C3 failed", "Order C3 failed"]);
  });
});
