// Shard iterators and NextTokens: text that only the service can read. All of what a token means is inside it, so none
// has to be remembered; a check number tells a token from anything else.

const CHECK_LENGTH = 8;

/** `parts` hold no line break. */
export function sealToken(kind: string, parts: readonly (string | number)[]): string {
  const text = [kind, ...parts].join("\n");
  return Buffer.from(`${checkOf(text)}${text}`, "latin1").toString("base64");
}

/** Undefined for what `sealToken` did not make for this kind. */
export function openToken(kind: string, token: string): string[] | undefined {
  const bytes = Buffer.from(token, "base64");
  // Base64 that is not the shortest form, or no base64 at all, decodes to something too.
  if (bytes.toString("base64") !== token) return undefined;
  const sealed = bytes.toString("latin1");
  const text = sealed.slice(CHECK_LENGTH);
  if (sealed.slice(0, CHECK_LENGTH) !== checkOf(text)) return undefined;
  const [found, ...parts] = text.split("\n");
  return found === kind ? parts : undefined;
}

/** FNV-1a, 32 bits, in hexadecimal: against accidents, not against forgery. */
function checkOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(CHECK_LENGTH, "0");
}
