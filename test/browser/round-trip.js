// Runs wherever the codec's bundle loads: a web page, a Node process in FIPS mode, one whose `process` is hidden. Gives
// plain text, to be compared with what this process has computed.

export function roundTrip({
  Aggregator,
  aggregate,
  deaggregate,
  deaggregateAll,
  hashKeyOf,
  hashKeysOf,
  inspect,
  isAggregated,
}) {
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const records = [
    { partitionKey: "clé-10", data: "é☃😀" },
    { partitionKey: "10", data: new Uint8Array([0, 255, 128]), explicitHashKey: "007" },
    { partitionKey: "__proto__", data: "" },
    { partitionKey: "😀".repeat(256), data: "x".repeat(70_000) },
  ];
  const [entry] = aggregate(records, { groupBy: "none", maxSize: 1_000_000 });
  const broken = entry.Data.slice();
  broken[100] ^= 1;
  const keys = Array.from({ length: 130 }, (_, length) => "k".repeat(length + 1));
  const aggregator = new Aggregator();
  for (const record of records.slice(0, 3)) aggregator.add(record);
  return [
    `entry ${entry.PartitionKey} ${entry.ExplicitHashKey} ${entry.Data.length} ${hex(entry.Data.slice(0, 200))} ${hex(entry.Data.slice(-16))}`,
    `back ${deaggregate(entry).map((user) => `${[...user.partitionKey].slice(0, 3).join("")}/${user.explicitHashKey}/${user.hashKey}/${user.data.length}/${user.text().slice(0, 9)}`)}`,
    `all ${deaggregateAll([entry, { Data: broken }, entry]).map((user) => user.malformed ?? user.subSequenceNumber)}`,
    `broken ${isAggregated(broken)} ${inspect(broken).malformed} ${inspect(entry.Data).userRecords}`,
    `hash ${hashKeyOf("a")} ${hashKeysOf(keys).join()}`,
    `small ${hex(aggregator.flush().Data)}`,
  ].join("\n");
}
