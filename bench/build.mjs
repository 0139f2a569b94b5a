// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);

/**
 * Builds the packages of this checkout that are measured, so that no figure is
 * of older code than the one it is read beside. Throws when they do not build.
 *
 * @returns {void}
 */
export function buildPackages() {
  const compiler = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
  const build = spawnSync(
    process.execPath,
    [
      compiler,
      "-b",
      ...["bus", "hub", "proxy", "spawner", "state", "transport-redis", "transport-ws", "transport-zmq"].map(
        (name) => `packages/${name}`,
      ),
    ],
    {
      cwd: root,
      stdio: ["ignore", 2, 2],
    },
  );
  if (build.error !== undefined) throw build.error;
  if (build.status !== 0) {
    throw new Error("bench: the packages do not build; --only measures other peers, --no-build the last build");
  }
}
