import * as path from "node:path";
import { parseArgs } from "node:util";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { featureIdOf, isOciReference, isOwnId } from "./feature-key.ts";

const DEFAULT_FEATURE = "claude-credentials";
const HELP_HINT = "claude-credentials init --help tells how it is called";

export interface InitOptions {
  /** Absolute path of a folder or of a devcontainer.json. */
  readonly project: string;
  /** The id of the Feature to add. */
  readonly feature: string;
  /** A published Feature to name instead of a copy, or null. */
  readonly reference: string | null;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** @throws UserError (exit code 2) for a flag or value that is not understood. */
export function parseInitOptions(args: readonly string[], context: Pick<Context, "cwd">): InitOptions {
  const { values, positionals } = parseFlags(args);
  const named = [...positionals, ...(values.workspace === undefined ? [] : [values.workspace])];
  if (named.length > 1) throw usage(`one project is expected, not ${named.length}: ${named.join(", ")}`);
  if (named[0] === "") throw usage("PROJECT is empty");
  const reference = values.reference ?? null;
  if (reference !== null) checkReference(reference, values.feature);
  return Object.freeze({
    project: path.resolve(context.cwd, named[0] ?? "."),
    feature: reference === null ? (values.feature ?? DEFAULT_FEATURE) : featureIdOf(reference),
    reference,
    json: values.json ?? false,
    verbose: values.verbose ?? false,
  });
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        feature: { type: "string" },
        reference: { type: "string" },
        workspace: { type: "string" },
        home: { type: "string" },
        store: { type: "string" },
        json: { type: "boolean" },
        verbose: { type: "boolean" },
      },
    });
  } catch (error) {
    // The first sentence names the flag; what follows is about Node's own conventions.
    if (error instanceof TypeError) throw usage(error.message.split(/\. |\n/)[0] ?? error.message);
    throw error;
  }
}

function checkReference(reference: string, feature: string | undefined): void {
  if (!isOciReference(reference)) {
    throw usage(
      `'${reference}' is not the reference of a published Feature`,
      "it has the form REGISTRY/NAMESPACE/ID:TAG, as in ghcr.io/owner/features/claude-credentials:1",
    );
  }
  const id = featureIdOf(reference);
  if (!isOwnId(id)) throw usage(`'${reference}' names the Feature '${id}', not claude-credentials`);
  if (feature !== undefined && feature !== id) {
    throw usage(
      `--feature says '${feature}', --reference names '${id}'`,
      "leave --feature out: the reference tells it",
    );
  }
}

function usage(message: string, hint: string = HELP_HINT): UserError {
  return new UserError(message, hint, 2);
}
