import { describe } from "vitest";
import { oldestSdk } from "../sdk.ts";
import { answersAlike } from "./calls.ts";
import { subscriptionsAlike } from "./subscriptions.ts";

const sdk = oldestSdk();

describe(`calls, ${sdk.name}`, () => answersAlike(sdk));
describe(`subscriptions, ${sdk.name}`, () => subscriptionsAlike(sdk));
