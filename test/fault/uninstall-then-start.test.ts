import { describeSweeps } from "./describe-sweeps.ts";
import { UNINSTALL_THEN_START } from "./subject.ts";
import { UNINSTALL_STATES } from "./uninstall-scenarios.ts";

const NAMES = ["linked", "linked to a store in the work tree", "half undone"];

describeSweeps(
  "uninstall, every change failing in turn, and a start of the container",
  UNINSTALL_STATES.filter(({ name }) => NAMES.includes(name)).map((state) => ({ ...state, depth: "worst" })),
  { subject: UNINSTALL_THEN_START, usualOneIn: 2 },
);
