// Steps of the wall clock, forward and back, as NTP makes them. Nothing that is measured in durations may notice.

import type { World } from "../world.ts";

export async function jumpClock(
  world: World,
  role: { readonly name: string; readonly untilMs: number },
): Promise<void> {
  const random = world.randomFor(role.name);
  for (;;) {
    await world.clock.sleep(1 + random.int(20_000));
    if (world.clock.monotonicMs() >= role.untilMs) return;
    const ms = random.int(7_200_000) - 3_600_000;
    world.clock.jump(ms);
    world.log(role.name, `wall clock ${ms} ms`);
  }
}
