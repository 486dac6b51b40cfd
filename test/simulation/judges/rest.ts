// When everyone has gone home nothing is left: no timer, no call and no actor that would never settle; and nothing
// was rejected unseen.

import type { Judge } from "./judge.ts";

export const nothingLeft: Judge = ({ left: { promises, rejections, timers } }) => [
  ...(timers > 0 ? [`${timers} timers are left`] : []),
  ...(promises > 0 ? [`${promises} promises never settled`] : []),
  ...rejections.map((error) => `rejected unseen: ${error}`),
];
