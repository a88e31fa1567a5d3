import { VOLUME, type MachineOptions, type TestMachine } from "../../support/machine.ts";

/** The three places that the plain Feature may choose. */
export interface Place {
  readonly name: string;
  readonly kind: string;
  readonly options: MachineOptions;
  /** Below the machine's tree, and as links and reports name it. */
  readonly at: string;
  readonly root: (machine: TestMachine) => string;
}

export const GIT: Place = {
  name: "a git store",
  kind: "git",
  options: { repository: true },
  at: "work/.git/claude-credentials",
  root: ({ work }) => `${work}/.git/claude-credentials`,
};

export const PLACES: readonly Place[] = [
  GIT,
  {
    name: "a workspace store",
    kind: "workspace",
    options: {},
    at: "work/.devcontainer.secrets",
    root: ({ work }) => `${work}/.devcontainer.secrets`,
  },
  {
    name: "a mount",
    kind: "mount",
    options: { volume: true },
    at: "volume",
    root: () => VOLUME,
  },
];
