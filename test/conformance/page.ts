// docs/conformance.md, from what the tests hold the engines to.

import type { Engine } from "./engine.ts";
import { kinesaliteEngine } from "./engines/kinesalite.ts";
import { kinesisLocal } from "./engines/kinesis-local.ts";
import { inTheProcess } from "./engines/local-kinesis.ts";
import type { Scenario, Source } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

const ENGINES: readonly Engine[] = [inTheProcess, kinesisLocal, kinesaliteEngine];
const KINDS: readonly Verdict["kind"][] = ["as AWS", "differs", "not implemented", "not run"];

export function conformancePage(): string {
  return `# Conformance

- [What is compared](#what-is-compared)
- [In numbers](#in-numbers)
- [Call by call](#call-by-call)

## What is compared

\`LocalKinesis\` is a model of a service, so it could be wrong as a whole: a test that passes on it proves nothing about AWS then.
So each rule below is a scenario, run through the AWS SDK's own client on three engines by \`npm test\`:

- \`LocalKinesis\`, in the process and over HTTP/1.1; what the transport has a part in, over HTTP/2 too
- [kinesis-local](https://www.npmjs.com/package/kinesis-local) ${kinesisLocal.version}: kinesis-mock, compiled to JavaScript
- [kinesalite](https://www.npmjs.com/package/kinesalite) ${kinesaliteEngine.version}

The judge is AWS's documentation, never an emulator, and never ours; no AWS account was at hand, so nothing here was seen on AWS
itself. Where no document says it, the table names who relies on it instead. An emulator's difference is a test as well: when it
begins to do as AWS says, or differs in another way, that test fails and this page changes.

A scenario is no more than what a program does, and what it sees:

\`\`\`ts
import { PutRecordCommand } from "@aws-sdk/client-kinesis";
import { LocalKinesis } from "kpl-kit/testing";

const local = new LocalKinesis({ streams: { orders: 4 } });
const kinesis = local.client();

const record = { StreamName: "orders", PartitionKey: "order-7", Data: Buffer.from("paid") };
const last = (2n ** 128n - 1n).toString();
const { ShardId } = await kinesis.send(new PutRecordCommand({ ...record, ExplicitHashKey: last }));
console.log(ShardId);
await local.close();
\`\`\`

\`\`\`text
shardId-000000000003
\`\`\`

They are in [\`test/conformance/scenarios\`](../test/conformance/scenarios/index.ts), and
\`npm test -- test/conformance/scenarios.test.ts -u\` writes this page from them.

## In numbers

${numbers()}

"Not run" is what would take minutes or gigabytes there: the page says what was seen of it by hand, or why.

## Call by call

${calls().map(sectionOf).join("\n\n")}
`;
}

function numbers(): string {
  const rows = ENGINES.map((engine) => {
    const kinds = scenarios.map((scenario) => verdictOf(scenario, engine).kind);
    const counts = KINDS.map((kind) => kinds.filter((each) => each === kind).length);
    return `| ${[nameOf(engine), ...counts].join(" | ")} |`;
  });
  return table(`of ${scenarios.length} rules`, ...KINDS) + rows.join("\n");
}

function calls(): string[] {
  return [...new Set(scenarios.map(({ call }) => call))];
}

function sectionOf(call: string): string {
  const rows = scenarios.filter((scenario) => scenario.call === call).map(rowOf);
  return `### ${call}\n\n${table("rule", "AWS says so in", ...ENGINES.map(nameOf))}${rows.join("\n")}`;
}

function rowOf(scenario: Scenario): string {
  const verdicts = ENGINES.map((engine) => wordsOf(verdictOf(scenario, engine)));
  const cells = [ruleOf(scenario), linkTo(scenario.source), ...verdicts];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** With the exceptions of what it refuses, or the message that it is about. */
function ruleOf({ aws, rule }: Scenario): string {
  if (typeof aws === "string" && aws.includes(" ")) return `${rule}: \`${aws.replace(/k{9,}/, "kkk…")}\``;
  const exceptions = JSON.stringify(aws).match(/\w+Exception(?=")/g) ?? [];
  return exceptions.length === 0 ? rule : `${rule}: ${[...new Set(exceptions)].join(", ")}`;
}

function wordsOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case "differs":
      return verdict.why;
    case "not run":
      return `not run: ${verdict.why}`;
    case "as AWS":
    case "not implemented":
      return verdict.kind;
  }
}

function linkTo({ title, url }: Source): string {
  return url === undefined ? `nowhere: ${title}` : `[${title}](${url})`;
}

function nameOf({ name, version }: Engine): string {
  return version === "" ? `\`${name}\`` : `${name} ${version}`;
}

function table(...columns: readonly string[]): string {
  return `| ${columns.join(" | ")} |\n|${"---|".repeat(columns.length)}\n`;
}
