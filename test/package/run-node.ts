import { spawnSync } from "node:child_process";

/** Runs a module in a Node of its own, in `cwd`, and returns what it gave to `print`. */
export function runNode(cwd: string, module: string, args: readonly string[] = []): unknown {
  const source = `const print = (value) => process.stdout.write(JSON.stringify(value));\n${module}`;
  const { status, error, stdout, stderr } = spawnSync(
    process.execPath,
    [...args, "--input-type=module", "--eval", source],
    { cwd, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`node failed (${status})\n${stderr}`);
  return JSON.parse(stdout) as unknown;
}
