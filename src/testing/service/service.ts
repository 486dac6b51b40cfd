// The model as one thing: a call in, an answer or a ServiceError out, at once.

import { InvalidOptionError } from "../../codec/index.ts";
import type { ActionName, InputOf, OutputOf } from "../action.ts";
import { ServiceError } from "../service-error.ts";
import { Account, type AccountOptions } from "./account.ts";
import { ACTIONS, type CallConditions } from "./actions/index.ts";
import { type CallTarget, callTarget } from "./call-target.ts";
import { type StreamSnapshot, snapshotOf } from "./snapshot.ts";

const MOST_SHARDS = 10_000;

export class Service {
  readonly #account: Account;

  constructor(options: AccountOptions) {
    this.#account = new Account(options);
  }

  nowMs(): number {
    return this.#account.nowMs();
  }

  isAction(name: string): name is ActionName {
    return Object.hasOwn(ACTIONS, name);
  }

  /** @throws `ServiceError` */
  perform<Name extends ActionName>(
    action: Name,
    input: InputOf<Name>,
    conditions: CallConditions = {},
  ): OutputOf<Name> {
    const run = ACTIONS[action];
    if (!run) throw new ServiceError("UnknownOperationException", `${action} is not an operation of this service.`);
    return run(this.#account, input, conditions);
  }

  /** ACTIVE at once, whatever `transitionMs` says. @throws `KPL_KIT_INVALID_OPTION` */
  addStream(name: string, shardCount: number): void {
    if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(name)) {
      throw new InvalidOptionError("streams", name, "names of 1 to 128 letters, digits, underscores, dots and hyphens");
    }
    if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > MOST_SHARDS) {
      throw new InvalidOptionError(`streams.${name}`, shardCount, `a whole number of shards from 1 to ${MOST_SHARDS}`);
    }
    const stream = this.#account.newStream({ name, mode: "PROVISIONED", maxRecordSizeInKiB: 1_024 });
    stream.createShards(shardCount, stream.createdAtMs);
  }

  targetOf<Name extends ActionName>(action: Name, input: InputOf<Name>): CallTarget {
    return callTarget(this.#account, action, input);
  }

  snapshot(): StreamSnapshot[] {
    return snapshotOf(this.#account);
  }
}
