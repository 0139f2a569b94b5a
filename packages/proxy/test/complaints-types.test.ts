import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** The types that the compiler may make up for one more class of 19 members, four of them in use. */
const MAX_PER_CLASS = 1_000;

/** Writes a program that uses many remote classes of 19 members each, which refer to one another. */
function programOf(classes: number): string {
  const parts = Array.from({ length: classes }, (_, index) => {
    const members = Array.from({ length: 6 }, (_, member) => [
      `p${member}: { readonly low: number; list: string[] } = { low: ${member}, list: [] };`,
      `m${member}(value: number, text = "x"): Promise<{ value: number; text: string }> { return Promise.resolve({ value, text }); }`,
      `readonly s${member} = new Signal<[value: number]>();`,
    ]);
    return [
      `class C${index} { ${members.flat().join("\n")} readonly next: C${(index + 1) % classes} | undefined; }`,
      `declare const c${index}: Remote<C${index}>;`,
      `export const r${index} = [c${index}.m0(1), c${index}.p1.low, c${index}.s2.connect((v) => v), c${index}.p3.list.at(0)];`,
    ].join("\n");
  });
  return `import { type Remote, Signal } from "@fourwire/proxy";\n${parts.join("\n")}\n`;
}

/** Compiles a program and returns the number of types that the compiler had to make up for it. */
async function instantiationsOf(program: string): Promise<number> {
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "fourwire-"));
  try {
    const compilerOptions = { customConditions: [], incremental: false, noEmit: true, extendedDiagnostics: true };
    const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, files: ["program.ts"] };
    await writeFile(join(folder, "program.ts"), program);
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const child = spawn(process.execPath, [compiler, "-p", folder], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    const output = (await child.stdout.toArray()).join("");
    expect(await ended, output).toStrictEqual([0, null]);
    return Number(/^Instantiations:\s+(\d+)$/m.exec(output)?.[1]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it("complaint 12: the types of remote objects cost the compiler little, and no more for each class than for the first", {
  timeout: 60_000,
}, async () => {
  const few = await instantiationsOf(programOf(10));
  const many = await instantiationsOf(programOf(100));
  expect(few).toBeGreaterThan(100);
  expect((many - few) / 90).toBeLessThan(MAX_PER_CLASS);
});
