import { describe } from "vitest";
import { newestSdk } from "../sdk.ts";
import { answersAlike } from "./calls.ts";
import { subscriptionsAlike } from "./subscriptions.ts";

const sdk = newestSdk();

describe(`calls, ${sdk.name}`, () => answersAlike(sdk));
describe(`subscriptions, ${sdk.name}`, () => subscriptionsAlike(sdk));
