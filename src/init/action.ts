/** One change of a file or folder. Paths are absolute. */
export type Step =
  | { readonly kind: "make-folder"; readonly path: string }
  | { readonly kind: "write-file"; readonly path: string; readonly bytes: Buffer; readonly mode: number }
  | { readonly kind: "set-mode"; readonly path: string; readonly mode: number }
  | { readonly kind: "remove-file"; readonly path: string };

export type ActionKind = "remove-leftovers" | "copy-feature" | "create-config" | "edit-config";

/** Something that `init` is about to do, or finds done already: then it has no steps. */
export interface Action {
  readonly kind: ActionKind;
  /** The copy's folder, the devcontainer.json, or the folder with leftovers. */
  readonly path: string;
  /** What it will have been, if all goes well. */
  readonly result: "created" | "updated" | "unchanged" | "skipped";
  readonly reason: string;
  readonly steps: readonly Step[];
}

/** What became of an action. */
export interface ActionOutcome {
  readonly kind: ActionKind;
  readonly path: string;
  readonly result: Action["result"] | "failed";
  readonly reason: string;
}

/** A step in a few words, for `--verbose`. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "make-folder":
      return `make the folder ${step.path}`;
    case "write-file":
      return `write ${step.path} (${step.bytes.length} bytes, mode ${step.mode.toString(8)})`;
    case "set-mode":
      return `set the mode of ${step.path} to ${step.mode.toString(8)}`;
    case "remove-file":
      return `remove ${step.path}`;
  }
}
