// A page of records, of GetRecords or SubscribeToShard. It may hold 10,000, so their text is put together by hand.

import type { _Record } from "@aws-sdk/client-kinesis";

// V8 puts a text together when it is first read, and a short one at much less cost than a long one.
const CHUNK_CHARACTERS = 65_536;

/** `rest`: the page's other members; neither timestamps nor bytes. */
export function pageJson(records: readonly _Record[], rest: object): Buffer {
  const chunks: Buffer[] = [];
  let text = '{"Records":[';
  let comma = "";
  for (const record of records) {
    text += comma + recordJson(record);
    comma = ",";
    if (text.length < CHUNK_CHARACTERS) continue;
    chunks.push(bytesOf(text));
    text = "";
  }
  const others = asciiJson(rest).slice(1);
  chunks.push(bytesOf(others === "}" ? `${text}]}` : `${text}],${others}`));
  return Buffer.concat(chunks);
}

/** All of the text is ASCII: a byte for each character, copied and not encoded. */
function bytesOf(ascii: string): Buffer {
  return Buffer.from(ascii, "latin1");
}

function recordJson(record: _Record): string {
  const { SequenceNumber, ApproximateArrivalTimestamp: arrived, Data, PartitionKey, EncryptionType } = record;
  if (SequenceNumber === undefined || Data === undefined) {
    throw new Error(`bug: the record ${SequenceNumber} lacks its sequence number or data`);
  }
  // From a program's Uint8Array; what came over HTTP is a Buffer already.
  const bytes = Buffer.isBuffer(Data) ? Data : Buffer.from(Data.buffer, Data.byteOffset, Data.byteLength);
  const arrival = arrived ? `"ApproximateArrivalTimestamp":${arrived.getTime() / 1_000},` : "";
  // A stream that distributes its records itself takes them without one.
  const key = PartitionKey === undefined ? "" : `"PartitionKey":${asciiJson(PartitionKey)},`;
  const encryption = EncryptionType ? `,"EncryptionType":"${EncryptionType}"` : "";
  return `{${arrival}"Data":"${bytes.toString("base64")}",${key}"SequenceNumber":"${SequenceNumber}"${encryption}}`;
}

// A pattern without the flag `u` finds the two halves of a surrogate pair one by one, as JSON escapes them.
const BEYOND_ASCII = /[\u0080-\uffff]/;
const ALL_BEYOND_ASCII = /[\u0080-\uffff]/g;

function asciiJson(value: unknown): string {
  const json = JSON.stringify(value);
  return BEYOND_ASCII.test(json) ? json.replace(ALL_BEYOND_ASCII, escaped) : json;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
