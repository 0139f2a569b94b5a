import { redis } from "@fourwire/transport-redis";

const { url, connect, listen, thenClose } = JSON.parse(process.argv[2]);
const transport = redis({ url });

async function echo(channel) {
  for await (const frames of channel) await channel.send(frames);
}

async function serve(listener) {
  for await (const channel of listener) void echo(channel);
}

if (listen !== undefined) {
  const listener = await transport.listen(listen);
  void serve(listener);
  process.send(listener.address);
}
if (connect !== undefined) {
  await transport.connect(connect);
  process.send(connect);
}
if (thenClose) {
  await transport.close();
  // The pipe to the parent would keep this process alive.
  process.disconnect();
}
