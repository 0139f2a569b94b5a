/**
 * A shop's vocabulary, and what each of its processes does.
 *
 * @module
 */

import { type Bus, defineContract, defineEvent } from "@fourwire/bus";
import { z } from "zod";

const order = z.object({ id: z.string(), total: z.number().positive() });
const parcel = z.object({ order: z.string(), weightGrams: z.number() });

export const OrderPlaced = defineEvent("orders.placed", order);
export const OrderBilled = defineEvent("orders.billed", order);
export const OrderShipped = defineEvent("orders.shipped", z.object({ id: z.string(), by: z.string() }));

/** What the bank's process can be asked. */
export const Bank = defineContract("bank", {
  charge: { input: z.tuple([z.string(), z.number()]), output: z.object({ receipt: z.string() }) },
});

/** The queue of parcels to be sent. */
export function parcels(bus: Bus): ReturnType<typeof bus.queue<z.infer<typeof parcel>>> {
  return bus.queue("parcels", { schema: parcel });
}

/** What each process does, by its name. */
export const roles = { bank, billing, shipping } as const;

/** The name of a process's part. */
export type Role = keyof typeof roles;

/** Charges customers. */
async function bank(bus: Bus): Promise<void> {
  await bus.expose(Bank, { charge: (id, total) => ({ receipt: `${id} for ${total}` }) });
}

/** Charges for every order, once among all processes that bill, and has it packed. */
async function billing(bus: Bus): Promise<void> {
  const { charge } = bus.stub(Bank);
  const bill = async (placed: z.infer<typeof order>): Promise<void> => {
    await charge.with({ idempotencyKey: placed.id }).one(placed.id, placed.total);
    await parcels(bus).put({ order: placed.id, weightGrams: 500 });
    await bus.publish(OrderBilled, placed);
  };
  await bus.subscribe(OrderPlaced, bill, { group: "billing" });
}

/** Sends parcels; the first try with each fails, as vans do. */
async function shipping(bus: Bus): Promise<void> {
  parcels(bus).consume(
    async ({ order: id }, { deliveries }) => {
      if (deliveries === 1) throw new Error(`The van with ${id} broke down`);
      await bus.publish(OrderShipped, { id, by: bus.name });
    },
    { concurrency: 4, retry: { delayMs: 20 } },
  );
}
