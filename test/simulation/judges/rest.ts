// When everyone has gone home nothing is left: no timer, no call and no actor that would never settle.

import type { Judge } from "./judge.ts";

export const nothingLeft: Judge = ({ left: { promises, timers } }) => [
  ...(timers > 0 ? [`${timers} timers are left`] : []),
  ...(promises > 0 ? [`${promises} promises never settled`] : []),
];
