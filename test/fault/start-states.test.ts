import { describeSweeps } from "./describe-sweeps.ts";
import { START_STATES } from "./scenarios.ts";

describeSweeps("start from each start state, every file-system call failing in turn", START_STATES);
