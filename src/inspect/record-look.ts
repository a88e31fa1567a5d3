import type { FileSystem } from "../apply/file-system.ts";
import type { HomeLayout } from "../layout.ts";
import type { Environment } from "../options.ts";
import type { StatusReport } from "../report/status-report.ts";
import { watchLine, type LookRecord } from "./look-record.ts";
import { readHostname } from "./stamp.ts";

/** What a look came to. */
export interface Looked {
  readonly said: number;
  readonly tried: number;
  readonly homelessIn: string;
  /** Null where nothing that changes is to bring another look before its time. */
  readonly report: StatusReport | null;
}

/** What the launcher is to compare: where the login lies, and what says how it is used. */
export function recordLook(
  fs: FileSystem,
  layout: HomeLayout,
  env: Environment,
  { said, tried, homelessIn, report }: Looked,
): LookRecord {
  const paths = [`${layout.config}/.credentials.json`, `${layout.config}/settings.json`];
  const [link] = report?.links ?? [];
  const real = link?.state === "ok" ? fs.realpath(link.path) : null;
  return {
    hostname: readHostname(fs),
    configDirectory: env["CLAUDE_CONFIG_DIR"] ?? "",
    store: env["CLAUDE_CREDENTIALS_STORE"] ?? "",
    workspace: env["CLAUDE_CREDENTIALS_WORKSPACE"] ?? "",
    ...{ said, tried, homelessIn },
    link: real === null || link === undefined ? "" : link.path,
    target: real ?? "",
    watched:
      report === null ? [] : [...paths, layout.stamp, layout.envFile].flatMap((path) => watchLine(fs, path)),
  };
}
