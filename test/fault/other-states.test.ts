import { describeSweeps } from "./describe-sweeps.ts";
import { OTHER_STATES } from "./scenarios.ts";

describeSweeps("start from what else may be there, every change failing in turn", OTHER_STATES, {
  usualOneIn: 2,
});
