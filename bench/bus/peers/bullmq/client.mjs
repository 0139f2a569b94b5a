// @ts-check
import { Queue, Worker } from "bullmq";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const connection = { path: address, maxRetriesPerRequest: null };
  const queue = new Queue("jobs", { connection, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } });
  await queue.waitUntilReady();
  return {
    // Its jobs are JSON: bytes travel as base64.
    put: (payload) => queue.add("job", Buffer.from(payload.buffer).toString("base64")),
    async work(count, concurrency) {
      let left = count;
      const worker = new Worker("jobs", async (job) => Buffer.from(job.data, "base64").byteLength, {
        connection,
        concurrency,
      });
      await new Promise((resolve, reject) => {
        worker.on("error", reject);
        worker.on("completed", () => {
          left -= 1;
          if (left === 0) resolve(undefined);
        });
      });
      await worker.close();
    },
    close: () => queue.close(),
  };
}
