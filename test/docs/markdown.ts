// What a test wants of a Markdown page: its code, its links, the commands it tells.

export interface CodeBlock {
  /** "" where the fence names none. */
  readonly language: string;
  readonly code: string;
  /** Of the first line of code, from 1. */
  readonly line: number;
}

/** Fenced code, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = "", 2: code = "" }) => ({
    language,
    code,
    line: markdown.slice(0, index).split("\n").length + 1,
  }));
}

export interface Snippet extends CodeBlock {
  /** The text block behind it, with nothing between them but a sentence that ends in a colon. */
  readonly prints: string;
}

/** Code that runs, and what it prints: nothing, where the page shows nothing. */
export function snippets(markdown: string): Snippet[] {
  const blocks = codeBlocks(markdown);
  const lines = markdown.split("\n");
  return blocks.flatMap((block, at) => {
    if (block.language !== "ts" && block.language !== "js") return [];
    const next = blocks[at + 1];
    const end = block.line + block.code.split("\n").length;
    const between = next
      ? lines
          .slice(end - 1, next.line - 2)
          .join(" ")
          .trim()
      : "";
    const belongs = next?.language === "text" && /^$|^[^.|#]*:$/.test(between);
    return [{ ...block, prints: belongs ? next.code : "" }];
  });
}

/** Targets of links and pictures. */
export function links(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** As GitHub makes them. */
export function anchors(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Lines of shell blocks, and code inside of sentences. */
export function commands(markdown: string): string[] {
  const shell = codeBlocks(markdown)
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => code.split("\n"));
  const inline = [...withoutFences(markdown).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
  return [...shell, ...inline]
    .flatMap((line) => line.replace(/\s+#.*$/, "").split(" && "))
    .map((command) => command.trim())
    .filter((command) => /^(npm|npx|node) /.test(command));
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, "");
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/`[^`\n]*`/g, "");
}
