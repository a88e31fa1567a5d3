/**
 * The libraries that few runs need. The build makes a file of its own of them, beside the bundle, so that no other
 * run reads and compiles them: import this module by `await import()` alone.
 */
export { parseYaml } from "./inspect/parse-yaml.ts";
export { createColors } from "picocolors";
export { confirm, log, password, select, text } from "@clack/prompts";
