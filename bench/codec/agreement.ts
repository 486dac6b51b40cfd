// A rival that answers something else does other work. All sides are compared, record by record, before one is timed.

import assert from "node:assert/strict";
import type { Codec, Job, PackedAnswer, UnpackedAnswer } from "./codec.ts";
import type { Load } from "./corpus.ts";

export function assertPackedAlike(sides: readonly { readonly codec: Codec; readonly job: Job<PackedAnswer> }[]): void {
  const [first, ...rivals] = sides.map(({ codec, job }) => ({ name: codec.name, answers: job.answers() }));
  if (!first) return;
  for (const { name, answers } of rivals) {
    const what: string = `${name} packs as ${first.name}`;
    assert.equal(answers.length, first.answers.length, what);
    for (const [at, entry] of answers.entries()) {
      const ours: PackedAnswer = first.answers[at]!; // equally many
      assert.ok(entry.data.equals(ours.data), what);
      assert.equal(entry.partitionKey, ours.partitionKey, what);
      // aws-kinesis-agg leaves it out: less work, in its favour.
      if (entry.explicitHashKey !== undefined) assert.equal(entry.explicitHashKey, ours.explicitHashKey, what);
    }
  }
}

export function assertUnpackedAlike(
  sides: readonly { readonly codec: Codec; readonly job: Job<UnpackedAnswer> }[],
  { aggregates, shape }: Load,
): void {
  for (const { codec, job } of sides) {
    const what = `${codec.name} unpacks what was packed`;
    const answers = job.answers();
    const records = aggregates.flat();
    assert.equal(answers.length, records.length, what);
    for (const [at, answer] of answers.entries()) {
      const { partitionKey, data } = records[at]!; // equally many
      assert.ok(answer.data.equals(data), what);
      assert.equal(answer.partitionKey, partitionKey, what);
      assert.equal(answer.explicitHashKey, undefined, what);
      assert.equal(answer.subSequenceNumber, at % shape.perAggregate, what);
    }
  }
}

export function assertReadsAll(sides: readonly { readonly codec: Codec; readonly job: Job<unknown> }[]): void {
  for (const { codec, job } of sides)
    assert.equal(job.run(), job.expected, `${codec.name} reads every key and all data`);
}
