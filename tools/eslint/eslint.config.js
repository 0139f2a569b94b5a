import { resolve } from "node:path";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const root = resolve(import.meta.dirname, "../..");

/** Only the two rules that need types: a remote call nobody awaits loses its failure, and Biome cannot see one. */
export default defineConfig({
  basePath: root,
  files: ["{packages,apps}/**/*.ts"],
  ignores: ["**/dist/**"],
  linterOptions: { reportUnusedDisableDirectives: "error" },
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { projectService: true, tsconfigRootDir: root },
  },
  plugins: { "@typescript-eslint": tseslint.plugin },
  rules: {
    "@typescript-eslint/no-floating-promises": ["error", { checkThenables: true }],
    "@typescript-eslint/no-misused-promises": "error",
  },
});
