import { connectBus, defineContract, defineEvent, listener, named, nameMethods, remote } from "@fourwire/bus";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { Collected, rejectsWith } from "./kit.ts";

const OrderPlaced = defineEvent("orders.placed", z.object({ id: z.string() }));

const Calculator = defineContract("calculator", {
  add: { input: z.tuple([z.number(), z.number()]), output: z.number(), parameters: ["a", "b"] },
  shout: { input: z.tuple([z.string()]), output: z.string() },
});

class EchoServer {
  readonly prefix: string;
  readonly heard = new Collected<unknown>();
  constructor(prefix: string) {
    this.prefix = prefix;
  }
  echo(text: string): string {
    return `${this.prefix}${text}`;
  }
  hear(order: { id: string }): void {
    this.heard.add(order.id);
  }
}

/** Stands for the context that the compiler passes to a decorator of a public method. */
function contextOf(name: string, part: Partial<ClassMethodDecoratorContext> = {}): ClassMethodDecoratorContext {
  const access = { has: () => true, get: () => () => undefined };
  const addInitializer = (): void => undefined;
  return {
    kind: "method",
    name,
    static: false,
    private: false,
    access,
    addInitializer,
    metadata: {},
    ...part,
  } as ClassMethodDecoratorContext;
}

describe("methods", () => {
  it("are served as Class.method and called by the method itself", async () => {
    await using transport = memory();
    await using server = await connectBus({ transport });
    await using client = await connectBus({ transport });
    nameMethods(EchoServer);
    await server.expose(new EchoServer("> "), EchoServer.prototype.echo);
    expect(await client.rpc(EchoServer.prototype.echo, "hi")).toMatchObject([{ result: "> hi" }]);
    expect(await client.stub<EchoServer["echo"]>("EchoServer.echo")("ho")).toBe("> ho");
    await rejectsWith("DUPLICATE", server.expose(new EchoServer(""), EchoServer.prototype.echo));
    await server.unexpose(EchoServer.prototype.echo);
    await rejectsWith("NO_SERVER", client.stub(EchoServer.prototype.echo)("hi"));
  });

  it("are connected by what decorators note, until the binding is closed", async () => {
    class Shop {
      readonly heard = new Collected<unknown>();
      async bill({ id }: { id: string }): Promise<void> {
        this.heard.add(`bill ${id}`);
      }
      hear({ id }: { id: string }): void {
        this.heard.add(id);
      }
      echo(text: string): string {
        return `${this.heard.items.length} ${text}`;
      }
    }
    listener(OrderPlaced)(Shop.prototype.bill, contextOf("bill"));
    listener("orders.*")(Shop.prototype.hear, contextOf("hear"));
    remote()(Shop.prototype.echo, contextOf("echo"));
    remote("say")(Shop.prototype.echo, contextOf("echo"));
    await using transport = memory();
    await using bus = await connectBus({ transport });
    const shop = new Shop();
    const binding = await bus.bind(shop);
    expect(binding.size).toBe(4);
    expect(await bus.publish(OrderPlaced, { id: "1" })).toEqual({ receivers: 2 });
    expect([...(await shop.heard.until(2))].sort()).toEqual(["1", "bill 1"]);
    expect(await bus.stub("Shop.echo")("hi")).toBe("2 hi");
    expect(await bus.stub("say")("hi")).toBe("2 hi");
    await binding.close();
    expect(await bus.publish(OrderPlaced, { id: "2" })).toEqual({ receivers: 0 });
    expect(await bus.rpc("say", "hi")).toEqual([]);
  });

  it("are connected by name without decorators, all or none", async () => {
    await using transport = memory();
    await using bus = await connectBus({ transport });
    const shop = new EchoServer("> ");
    await using binding = await bus.bind(shop, { hear: OrderPlaced });
    expect(binding.size).toBe(1);
    await bus.publish(OrderPlaced, { id: "1" });
    expect(await shop.heard.until(1)).toEqual(["1"]);
    await expect(bus.bind(shop, { hear: OrderPlaced, echo: "a..b" })).rejects.toThrow(TypeError);
    expect(await bus.publish(OrderPlaced, { id: "2" })).toEqual({ receivers: 1 });
  });

  it("that cannot be connected are refused where they are decorated", () => {
    expect(() => listener("news")(() => undefined, contextOf("hear", { static: true }))).toThrow("@listener");
    expect(() => remote()(() => undefined, contextOf("echo", { private: true }))).toThrow("@remote");
  });
});

describe("a contract", () => {
  it("gives typed functions, and checks arguments and results at the server", async () => {
    await using transport = memory();
    await using bus = await connectBus({ transport });
    const implementation = { add: (a: number, b: number) => a + b, shout: (text: string) => text.toUpperCase() };
    await using exposure = await bus.expose(Calculator, implementation);
    expect(exposure.names).toEqual(["calculator.add", "calculator.shout"]);
    const { add, shout } = bus.stub(Calculator);
    expectTypeOf(add).returns.resolves.toEqualTypeOf<number>();
    expect([await add(1, 2), await shout("hi"), await add(named({ b: 2, a: 1 }))]).toEqual([3, "HI", 3]);
    await expect(bus.stub("calculator.add")(1, "2")).rejects.toMatchObject({ code: "INVALID_DATA" });
    await exposure.close();
    await rejectsWith("NO_SERVER", add(1, 2));
  });

  it("is served as a whole or not at all", async () => {
    await using transport = memory();
    await using bus = await connectBus({ transport });
    await bus.expose("calculator.shout", () => "taken");
    const implementation = { add: (a: number, b: number) => a + b, shout: (text: string) => text };
    await rejectsWith("DUPLICATE", bus.expose(Calculator, implementation));
    expect(await bus.rpc("calculator.add", 1, 2)).toEqual([]);
    expect(await bus.stub("calculator.shout")()).toBe("taken");
  });
});
