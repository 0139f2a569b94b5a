import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** What an application on WebSocket installs. */
const packages = ["transport", "session", "proxy", "container", "transport-ws"];

const program = `
import { configure, proxyToken } from "@fourwire/container";
interface Robot { greet(who: string): string }

const config = {
  address: "ws://127.0.0.1:0",
  proxy: { serve: { robot: { object: { greet: (who: string) => \`hello \${who}\` }, expose: ["greet"] } }, connect: { robot: { to: "robot" } } },
};
{
  await using app = await configure({ ...config, transport: "webSocket" });
  console.log(await app.resolve(proxyToken<Robot>("robot")).greet("Will"));
}
for (const transport of ["zmq", "redis"] as const) {
  await configure({ ...config, transport }).catch(({ code, message }) => console.log(code, message));
}
for (const key of ["hub", "bus", "state", "spawner"] as const) {
  await configure({ ...config, address: "ws://127.0.0.1:8000", transport: "webSocket", [key]: {} }).catch(({ code, message }) => console.log(code, message));
}
`;

/** What the program is compiled with: the types of packages that are not there are nobody's business. */
const compilation = {
  compilerOptions: {
    target: "es2022",
    lib: ["es2022", "esnext.disposable", "dom"],
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    types: [],
  },
  files: ["program.ts"],
};

/** Runs a command to its end. Rejects, with what it printed, when its status is not 0. */
async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" });
  let printed = "";
  let complained = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complained += text;
  });
  const [status]: unknown[] = await once(child, "close");
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${String(status)}:\n${printed}${complained}`);
  return printed;
}

it("an application on WebSocket installs neither zeromq nor ioredis, nor features that it does not use, and runs", {
  timeout: 300_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), "fourwire-installed-"));
  try {
    const workspaces = packages.flatMap((name) => ["--workspace", `packages/${name}`]);
    await run("npm", ["pack", ...workspaces, "--pack-destination", directory], root);
    const tarballs = (await readdir(directory)).map((name) => `./${name}`);
    expect(tarballs).toHaveLength(packages.length);
    await writeFile(join(directory, "package.json"), '{ "private": true, "type": "module" }');
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...tarballs], directory);
    const installed = await readdir(join(directory, "node_modules"));
    expect(installed).toContain("ws");
    expect(installed).not.toContain("zeromq");
    expect(installed).not.toContain("ioredis");
    expect((await readdir(join(directory, "node_modules/@fourwire"))).sort()).toStrictEqual([...packages].sort());
    await writeFile(join(directory, "program.ts"), program);
    await writeFile(join(directory, "tsconfig.json"), JSON.stringify(compilation));
    await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", directory], directory);
    expect((await run(process.execPath, ["program.js"], directory)).trim().split("\n")).toStrictEqual([
      "hello Will",
      'NOT_INSTALLED transport names the driver "zmq", which could not be loaded: npm install @fourwire/transport-zmq',
      'NOT_INSTALLED transport names the driver "redis", which could not be loaded: npm install @fourwire/transport-redis',
      ...["hub", "bus", "state", "spawner"].map(
        (key) =>
          `NOT_INSTALLED "${key}" is configured, whose package could not be loaded: npm install @fourwire/${key}`,
      ),
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
