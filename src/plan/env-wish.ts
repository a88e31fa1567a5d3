import type { EnvFile } from "../env/env-file.ts";

/**
 * What is to become of the API mode: left as it is kept, set to these variables, taken away, or only no longer led to
 * from the home.
 */
export type EnvWish =
  | { readonly kind: "keep" }
  | { readonly kind: "set"; readonly file: EnvFile }
  | { readonly kind: "unset" }
  | { readonly kind: "unlink" };
