/**
 * All commands but `status`, which is called the most and has the least to load. The build makes a file of its own of
 * what they need beside it: import this module by `await import()` alone.
 */
export { runDoctor } from "./doctor.ts";
export { runExplain } from "./explain.ts";
export { runEnv } from "./env.ts";
export { runRefresh } from "./refresh.ts";
export { runCapture } from "./capture.ts";
export { runRestore } from "./restore.ts";
export { runLogin } from "./login.ts";
export { runRun } from "./run.ts";
export { runInstall } from "./install.ts";
export { runUninstall } from "./uninstall.ts";
export { runInit } from "./init.ts";
