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
        "Log in to Claude Code once and stay logged in over every rebuild: ~/.claude and ~/.claude.json are linked to a volume of this dev container's own.",
    },
    {
      ...plain,
      ...withVolume(plain.id),
      id: `${plain.id}-shared`,
      name: `${plain.name} (shared)`,
      description:
        "Log in to Claude Code once for all dev containers of a machine: ~/.claude is linked to one volume that they share, and each keeps a .claude.json of its own.",
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
