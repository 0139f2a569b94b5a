import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a folder, and hands what removes it to the test runner. */
export function temporaryFolder(atEnd: (end: () => void) => unknown): string {
  const folder = mkdtempSync(join(tmpdir(), "fourwire-hub-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
