// The rules of the house, as CONTRIBUTING.md tells them. Each has a test that breaks it: test/package/house-rules.test.ts.

/** What each folder of src/ may import besides itself; a folder that is not listed may import nothing. */
const ARROWS = {
  codec: [],
  kinesis: ["codec"],
  lambda: ["codec"],
  producer: ["codec", "kinesis"],
  consumer: ["codec", "kinesis"],
  // Of producer, consumer and lambda types only: .oxlintrc.json sees to that, for dependency-cruiser reads TypeScript 7
  // through swc and does not tell `import type` from `import`.
  testing: ["codec", "kinesis", "producer", "consumer", "lambda"],
  metrics: ["codec", "kinesis", "producer", "consumer"],
  cli: ["codec", "kinesis", "producer", "consumer"],
  agent: ["codec", "kinesis", "producer", "consumer"],
};

const oneOf = (names) => `(${names.join("|")})`;

const arrows = Object.entries(ARROWS).map(([folder, others]) => ({
  name: `arrow-${folder}`,
  comment: `${folder} may import ${others.length > 0 ? others.join(", ") : "no other folder"}: arrows point one way, siblings never import each other.`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: "^src/", pathNot: `^src/${oneOf([folder, ...others])}/` },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...arrows,
    {
      name: "known-folder",
      comment: "A folder of src/ that no arrow names has no rules. Give it its line in ARROWS.",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/${oneOf(Object.keys(ARROWS))}/` },
      to: {},
    },
    {
      name: "codec-alone",
      comment:
        "The codec runs in browsers and on edge runtimes: no Node module, no package, nothing outside its folder.",
      severity: "error",
      from: { path: "^src/codec/" },
      to: { pathNot: "^src/codec/" },
    },
    {
      name: "nothing-imports-testing",
      comment: "What ships to production never loads the in-process stream. The demo and the tests may.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/testing/" },
      to: { path: "^src/testing/" },
    },
    {
      name: "door",
      comment: "A folder's door is its index.ts; nobody reaches past it.",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: { path: "^src/[^/]+/", pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$"] },
    },
    {
      name: "inner-door",
      comment: "A folder in a folder has a door too.",
      severity: "error",
      from: { path: "^src/([^/]+)/[^/]+$" },
      to: { path: "^src/$1/[^/]+/", pathNot: "/index\\.ts$" },
    },
    {
      name: "inner-door-of-a-neighbour",
      comment: "A folder in a folder has a door too, also for the folder beside it.",
      severity: "error",
      from: { path: "^(src/[^/]+)/([^/]+)/" },
      to: { path: "^$1/[^/]+/", pathNot: ["^$1/$2/", "/index\\.ts$"] },
    },
    {
      name: "door-from-outside",
      comment: "Tests, benches and the demo come in by a door as well: what they cannot see, no user can rely on.",
      severity: "error",
      from: { path: "^(test|bench|demo)/" },
      to: { path: "^src/", pathNot: "/index\\.ts$" },
    },
    {
      name: "examples-by-name",
      comment: "An example is a user's code: it imports kpl-kit by its name.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^(src|test|bench|demo)/" },
    },
    {
      name: "src-stays-in-src",
      comment: "What is published imports nothing that is not, and no other folder by the package's own name.",
      severity: "error",
      from: { path: "^src/" },
      to: { pathNot: ["^src/", "node_modules/"], dependencyTypesNot: ["core"] },
    },
    {
      name: "no-dev-dependency",
      comment:
        "A user does not have our devDependencies. Optional peers are fine, though we install them for ourselves too.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm", "npm-peer", "npm-optional"] },
    },
    {
      name: "no-undeclared-package",
      comment: "A package that package.json does not name is there by luck.",
      severity: "error",
      from: {},
      to: {
        dependencyTypes: ["npm-no-pkg", "npm-unknown"],
        // It counts the key peerDependenciesMeta as a place unknown to it, so a peer is "npm-no-pkg" as well.
        dependencyTypesNot: ["npm", "npm-dev", "npm-peer", "npm-optional"],
      },
    },
    {
      name: "no-cycle",
      comment: "A cycle, of types too, is one file in two places.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "What cannot be found cannot be judged by the rules above.",
      severity: "error",
      from: {},
      // The package's own name leads to dist/, which a fresh clone has not built.
      to: { couldNotResolve: true, pathNot: "^kpl-kit(/|$)" },
    },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
