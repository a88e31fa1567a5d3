import { describeSweeps } from "./describe-sweeps.ts";
import { UNINSTALL } from "./subject.ts";
import { UNINSTALL_STATES } from "./uninstall-scenarios.ts";

describeSweeps("uninstall, every call failing in turn, and uninstall again", UNINSTALL_STATES, {
  subject: UNINSTALL,
  usualOneIn: 2,
});
