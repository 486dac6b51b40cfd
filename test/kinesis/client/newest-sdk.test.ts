import { describe } from "vitest";
import { newestSdk } from "../sdk.ts";
import { answers } from "./answers.ts";
import { bodyBuffers } from "./body-buffers.ts";
import { eventStreams } from "./event-streams.ts";
import { fallback } from "./fallback.ts";
import { knownCalls } from "./known-calls.ts";
import { knownCallsCallers } from "./known-calls-callers.ts";
import { knownCallsPlaces } from "./known-calls-places.ts";
import { knownCallsTaken } from "./known-calls-taken.ts";
import { releasedPages } from "./released-pages.ts";
import { retries } from "./retries.ts";
import { settings } from "./settings.ts";

const sdk = newestSdk();

describe(`settings, ${sdk.name}`, () => settings(sdk));
describe(`retries, ${sdk.name}`, () => retries(sdk));
describe(`body buffers, ${sdk.name}`, () => bodyBuffers(sdk));
describe(`fallback to JSON, ${sdk.name}`, () => fallback(sdk));
describe(`answers, ${sdk.name}`, () => answers(sdk));
describe(`event streams, ${sdk.name}`, () => eventStreams(sdk));
describe(`known calls, ${sdk.name}`, () => knownCalls(sdk));
describe(`known calls, when, ${sdk.name}`, () => knownCallsTaken(sdk));
describe(`known calls, whose, ${sdk.name}`, () => knownCallsCallers(sdk));
describe(`known calls, where to, ${sdk.name}`, () => knownCallsPlaces(sdk));
describe(`pages that are given back, ${sdk.name}`, () => releasedPages(sdk));
