import { expect, it } from "vitest";
import { expectLogin, expectStore, logIn, statusOf } from "./support/checks.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject, type Project, type ProjectOptions } from "./support/project.ts";

interface Variant {
  readonly where: string;
  readonly project: ProjectOptions;
  /** Store root below the workspace folder. */
  readonly store: string;
  readonly kind: "git" | "workspace";
  /** Owner, and mode of the store's root, where they are not the usual. */
  readonly entries?: { readonly uid?: number; readonly rootMode?: string };
  readonly prepare?: (project: Project) => Promise<void>;
  readonly check?: (project: Project) => Promise<void>;
}

const variants: readonly Variant[] = [
  { where: "a git repository", project: {}, store: ".git/claude-credentials", kind: "git" },
  {
    where: "a git repository of a developer whose user id the container takes over",
    project: { owner: 1100 },
    store: ".git/claude-credentials",
    kind: "git",
    entries: { uid: 1100 },
  },
  {
    where: "a git repository with a .devcontainer.secrets in place",
    project: {},
    store: ".devcontainer.secrets",
    kind: "workspace",
    entries: { rootMode: "0755" },
    prepare: (project) => project.write(".devcontainer.secrets/other-tool/token", "not ours\n"),
    check: async (project) => {
      expect(project.read(".devcontainer.secrets/other-tool/token")).toBe("not ours\n");
      expect(project.entry(".devcontainer.secrets/other-tool/token")).toEqual({ uid: 1000, mode: "0644" });
      expect(await project.git("status", "--porcelain")).toBe("");
    },
  },
  {
    where: "a folder that is no repository",
    project: { repository: false },
    store: ".devcontainer.secrets",
    kind: "workspace",
  },
  {
    where: "a git repository with store: workspace",
    project: { options: { store: "workspace" } },
    store: ".devcontainer.secrets",
    kind: "workspace",
    check: async (project) => {
      expect(await project.git("status", "--porcelain")).toBe("");
    },
  },
];

it.each(variants.map((variant) => [variant.where, variant] as const))(
  "a login survives the container in %s",
  async (_where, variant) => {
    const project = await createProject(variant.project);
    await variant.prepare?.(project);
    const first = await project.up();
    const root = `${first.workspaceFolder}/${variant.store}`;
    const login = madeUpLogin("dev@example.com");

    await logIn(first, login);
    await expectStore(first, root, variant.entries);
    await first.remove();
    const second = await project.up();

    expect(second.id).not.toBe(first.id);
    await expectLogin(second, login);
    await expectStore(second, root, variant.entries);
    expect(await statusOf(second)).toMatchObject({
      loggedIn: true,
      persistent: true,
      store: { root, kind: variant.kind },
      account: { email: "dev@example.com" },
    });
    await variant.check?.(project);
  },
);

it("a login survives in an image whose Node comes from the node Feature", async () => {
  const dockerfile = [
    "FROM base:vscode",
    "RUN mkdir -p /opt/node/bin && mv /usr/bin/node /opt/node/bin/node && ! command -v node",
    "",
  ].join("\n");
  const project = await createProject({
    files: { ".devcontainer/Dockerfile": dockerfile },
    devcontainer: { build: { dockerfile: "Dockerfile" } },
    otherFeatures: ["ghcr.io/devcontainers/features/node:1"],
  });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");

  await logIn(first, login);
  await first.remove();
  const second = await project.up();

  expect(second.upOutput).not.toContain("RUNTIME_MISSING");
  await expectLogin(second, login);
  await expectStore(second, `${second.workspaceFolder}/.git/claude-credentials`);
});
