/**
 * A throw-away Redis for tests: `@fourwire/transport-redis/test-server`.
 *
 * @module
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a throw-away Redis is started with. */
export interface TestServerOptions {
  /** Further arguments of `redis-server`, such as `["--port", "6399"]`. Default: none; it listens at a Unix socket only. */
  readonly args?: readonly string[];
}

/** A Redis of one's own, in a directory of its own. */
export interface TestServer extends AsyncDisposable {
  /** The path of its Unix socket, ready for `redis({ url })`. */
  readonly url: string;
  /** Its process, to be paused or killed. */
  readonly pid: number;
  /** Ends it at once, as if its machine had failed; what it held is gone. Safe to call twice. */
  stop(): Promise<void>;
  /** Starts it anew at the same place, after `stop`. */
  start(): void;
}

/** How long a server may take to answer. */
const START_MS = 10_000;

/** Ends the server when the test's process is gone, however that ended: then the standard input ends, too. */
const GUARD = 'redis-server "$@" </dev/null & server=$!; read -r _; kill -9 "$server"; wait "$server"';

/**
 * Starts a Redis without persistence, and waits for it, within the call.
 *
 * It ends with the process that started it. Throws when `redis-server` is not
 * installed, or does not start with these arguments.
 */
export function testServer({ args = [] }: TestServerOptions = {}): TestServer {
  const folder = mkdtempSync(join(tmpdir(), "fourwire-redis-"));
  const url = join(folder, "redis.sock");
  let running: Running | undefined = run(folder, url, args);
  const stop = async (): Promise<void> => {
    const { guard } = running ?? {};
    running = undefined;
    if (!guard) return;
    const exited = once(guard, "exit");
    guard.ref();
    guard.stdin?.end();
    await exited;
  };
  return {
    url,
    get pid() {
      if (!running) throw new Error("The server is stopped");
      return running.pid;
    },
    stop,
    start() {
      running ??= run(folder, url, args);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Starts a Redis when its `url` is first asked for, such as one for all tests
 * of a file, and hands what ends it to the test runner.
 *
 * @example
 * ```ts
 * const server = lazyTestServer(afterAll);
 * const transport = redis({ url: server.url });
 * ```
 */
export function lazyTestServer(atEnd: (end: () => Promise<void>) => unknown): Pick<TestServer, "url"> {
  let server: TestServer | undefined;
  atEnd(async () => await server?.[Symbol.asyncDispose]());
  return {
    get url() {
      server ??= testServer();
      return server.url;
    },
  };
}

interface Running {
  readonly guard: ChildProcess;
  readonly pid: number;
}

function run(folder: string, socket: string, args: readonly string[]): Running {
  const pidFile = join(folder, "redis.pid");
  const logFile = join(folder, "redis.log");
  rmSync(socket, { force: true });
  const own = ["--port", "0", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const files = ["--unixsocket", socket, "--pidfile", pidFile, "--logfile", logFile];
  const guard = spawn("sh", ["-c", GUARD, "sh", ...own, ...files, ...args], { stdio: ["pipe", "ignore", "ignore"] });
  guard.unref();
  const isUp = waitFor(socket);
  if (!isUp) {
    guard.stdin?.end();
    throw new Error(explain(logFile));
  }
  return { guard, pid: Number(readFileSync(pidFile, "utf8")) };
}

/** Waits without giving up the turn: what comes next in a test may rely on the server. */
function waitFor(socket: string): boolean {
  const since = performance.now();
  while (performance.now() - since < START_MS) {
    const { stdout, error } = spawnSync("redis-cli", ["-s", socket, "ping"], { encoding: "utf8" });
    // A server that demands a password is up, too.
    if (/PONG|NOAUTH/.test(stdout ?? "")) return true;
    if (error) return false;
  }
  return false;
}

function explain(logFile: string): string {
  if (spawnSync("redis-server", ["--version"]).error) {
    return "Redis is not installed: install redis-server 7.0 or newer (Debian: apt-get install redis-server, macOS: brew install redis)";
  }
  return `redis-server did not start: ${readFileSync(logFile, "utf8").slice(-1_000)}`;
}
