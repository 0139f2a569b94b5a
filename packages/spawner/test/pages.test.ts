import { compile, readPage } from "@fourwire/test-kit";
import { describe, expect, it } from "vitest";

/** A module that a snippet names and does not show. */
const LOCKS = "export const underLock = (operation: () => unknown): unknown => operation();\n";

describe.each(["docs/spawner.md", "docs/coming-from/pyacq.md"])("%s", (path) => {
  it("shows programs that compile, and run to their ends", { timeout: 60_000 }, async () => {
    const { files } = await readPage(path);
    const programs = Object.keys(files).filter((name) => !name.startsWith("table"));
    expect(programs.length).toBeGreaterThan(0);
    await using compiled = await compile({ ...files, "locks.ts": LOCKS });
    expect(compiled.complaints).toBe("");
    for (const name of programs) {
      await using program = compiled.start(name);
      const printed = await program.rest();
      expect(printed, name).toEqual(
        name === "main.ts" ? (await readPage(path)).outputs[0]?.trim().split("\n") : expected(files[name], printed),
      );
    }
  });
});

/** What the comments behind a program's lines say that it prints; whatever it prints where there are none. */
function expected(code = "", printed: readonly string[]): readonly string[] {
  const shown = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = ""]) => text);
  return shown.length > 0 ? shown : printed;
}
