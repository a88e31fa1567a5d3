import { directory } from "../../support/tree.ts";
import { failing, type DoctorState } from "./doctor-state.ts";

/** Where the native installer puts the client. */
const BIN = "home/.local/bin";
const BACKUPS = "home/.local/share/claude-credentials/backups";

/** Looks that fail: each takes no other with it. */
export const FAILED_STATES: readonly DoctorState[] = [
  {
    ...{ name: "a disk error at the client", check: "client-version", result: "failed" },
    ...{ seen: /input\/output error \(EIO at .*claude\)/, fix: /then: claude-credentials doctor/ },
    make: (machine) => {
      failing(machine, "realpath", `${BIN}/claude`, "EIO");
    },
  },
  {
    ...{ name: "backups that may not be listed", check: "backups", result: "failed" },
    ...{ seen: /permission denied \(EACCES/, fix: /ls -ld/ },
    make: (machine) => {
      machine.add({ [BACKUPS]: directory(0o700) });
      failing(machine, "list", BACKUPS, "EACCES");
    },
  },
  {
    ...{
      name: "a disk error at the container's name",
      check: "hooks",
      result: "failed",
      seen: /EIO/,
      fix: /doctor/,
    },
    make: (machine) => {
      failing(machine, "openForReading", "/etc/hostname", "EIO");
    },
  },
  ...(["login", "credential-file", "onboarding", "links", "store", "mode", "variables"] as const).map(
    (check): DoctorState => ({
      ...{ name: "a disk error at the state file", check, result: "failed", seen: /EIO/, fix: /doctor/ },
      make: (machine) => {
        failing(machine, "realpath", "home/.claude.json", "EIO");
      },
    }),
  ),
  ...(["start", "moves", "git", "store-modes", "image"] as const).map((check): DoctorState => ({
    ...{
      name: "a disk error at the image's own directory",
      check,
      result: "failed",
      seen: /EIO/,
      fix: /doctor/,
    },
    make: (machine) => {
      failing(machine, "realpath", "home/.local/share/claude-credentials/.claude-credentials", "EIO");
    },
  })),
];
