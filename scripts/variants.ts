/** A Feature's manifest, as far as the variants of one differ. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly options?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [property: string]: unknown;
}

/** Where install.sh puts the script that puts a volume's owners right. */
const ENTRYPOINT = "/usr/local/share/claude-credentials/entrypoint";

/**
 * The Features that the one manifest makes: the plain one, which keeps the login in the workspace, and two that bring
 * a named volume for it. All else is the same in the three.
 */
export function variants(plain: Manifest): readonly Manifest[] {
  return [
    plain,
    {
      ...plain,
      ...withVolume(`${plain.id}-\${devcontainerId}`),
      id: `${plain.id}-volume`,
      name: `${plain.name} (volume)`,
      description:
        "Log in to Claude Code once and stay logged in over every rebuild: the login is kept on a volume of this dev container's own.",
    },
    {
      ...plain,
      ...withVolume(plain.id),
      id: `${plain.id}-shared`,
      name: `${plain.name} (shared)`,
      description:
        "One login of Claude Code for all dev containers of a machine, on a volume that they share; each has a .claude.json of its own.",
      options: withDefault(plain.options ?? {}, "perContainer", true),
    },
  ];
}

function withVolume(source: string): Pick<Manifest, "mounts" | "entrypoint"> {
  return {
    mounts: [{ source, target: "/var/lib/claude-credentials", type: "volume" }],
    entrypoint: ENTRYPOINT,
  };
}

function withDefault(
  options: NonNullable<Manifest["options"]>,
  name: string,
  value: unknown,
): NonNullable<Manifest["options"]> {
  return { ...options, [name]: { ...options[name], default: value } };
}
