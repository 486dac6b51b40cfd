// Eight MD5s at once, in WebAssembly with 128-bit SIMD: the text of the module that scripts/build-md5-lanes.mjs assembles.
// A register holds the same word of four messages, its lanes; two sets of four run interleaved, because a step of MD5
// waits for the step before it, and one set alone leaves half of the processor's units idle while it waits.

/** Where things lie in the memory, which lanes.ts fills and reads. Bytes. */
const LAYOUT = {
  /** Of the block in work: 16 words of a set, one after the other, each of four lanes. */
  words: 0,
  /** a, b, c, d of a set, each of four lanes. */
  state: 512,
  /** RFC 1321's table, of which the last round's are one less: see `FUNCTIONS`. */
  sines: 640,
  /** Of each lane: where its message lies, less `from`. */
  pointers: 896,
  /** Behind all that. */
  windows: 1024,
};

const LANES_A_SET = 4;
const SETS = [0, 1];
const LANES = 8;
const VECTOR = 16;
const QUARTERS = [0, 16, 32, 48];
const WORDS_OF_SET = 16 * VECTOR;
const STATE_OF_SET = 4 * VECTOR;
const POINTERS_OF_SET = 4 * LANES_A_SET;

// RFC 1321, 3.4: of each round the shifts, the word to begin with, and how far the next is.
const ROUNDS = [
  { shifts: [7, 12, 17, 22], first: 0, stride: 1 },
  { shifts: [5, 9, 14, 20], first: 1, stride: 5 },
  { shifts: [4, 11, 16, 23], first: 5, stride: 3 },
  { shifts: [6, 10, 15, 21], first: 0, stride: 7 },
];

/**
 * The sum of a step but for the function of its round, and the function: both written so that as little as can be waits for
 * b, the word that the step before has just made.
 * @type {readonly ((sum: string, b: string, c: string, d: string) => string)[]}
 */
const FUNCTIONS = [
  (sum, b, c, d) => `(i32x4.add ${sum} (v128.xor (v128.and (v128.xor ${c} ${d}) ${b}) ${d}))`,
  // Its two halves have no bit in common: their sum is their union.
  (sum, b, c, d) => `(i32x4.add (i32x4.add ${sum} (v128.andnot ${c} ${d})) (v128.and ${b} ${d}))`,
  (sum, b, c, d) => `(i32x4.add ${sum} (v128.xor (v128.xor ${c} ${d}) ${b}))`,
  // c ^ (b | ~d) is ~(c ^ (d & ~b)), and to add ~x is to take away x and one more.
  (sum, b, c, d) => `(i32x4.sub ${sum} (v128.xor (v128.andnot ${d} ${b}) ${c}))`,
];

/** @param {string} name */
const get = (name) => `(local.get $${name})`;

/**
 * A step of one set. The words change their names by moves, which compiled code does without, so that all steps of a round
 * read alike: gzip leaves a fifth of them.
 * @param {number} set @param {number} round
 */
function step(set, round) {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((word) => `${word}${set}`);
  const sum = `(i32x4.add (i32x4.add (v128.load32_splat ${get("sine")}) (v128.load offset=${set * WORDS_OF_SET} ${get("word")})) ${get(`${a}`)})`;
  return `
        (local.set $t ${FUNCTIONS[round]?.(sum, get(`${b}`), get(`${c}`), get(`${d}`))})
        (local.set $${a} ${get(`${d}`)}) (local.set $${d} ${get(`${c}`)}) (local.set $${c} ${get(`${b}`)})
        (local.set $${b} (i32x4.add
          (v128.or (i32x4.shl ${get("t")} ${get("shift")}) (i32x4.shr_u ${get("t")} (i32.sub (i32.const 32) ${get("shift")}))) ${get(`${b}`)}))`;
}

/** @param {{ shifts: number[], first: number, stride: number }} rules @param {number} round */
function roundOf({ first, shifts, stride }, round) {
  return `
      (local.set $word (i32.const ${first * VECTOR}))
      (loop $round${round}${shifts
        .map(
          (shift) => `
        (local.set $shift (i32.const ${shift}))${SETS.map((set) => step(set, round)).join("")}
        (local.set $sine (i32.add ${get("sine")} (i32.const 4)))
        (local.set $word (i32.and (i32.add ${get("word")} (i32.const ${stride * VECTOR})) (i32.const ${WORDS_OF_SET - 1})))`,
        )
        .join("")}
        (br_if $round${round} (i32.ne ${get("sine")} (i32.const ${LAYOUT.sines + 64 * (round + 1)}))))`;
}

/** Of two vectors, the first halves' or the second halves' words in turn. Twice over, this turns rows into columns. */
const interleave = {
  low: "i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23",
  high: "i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31",
};

/** A quarter of a lane's block. @param {number} lane */
const quarterOf = (lane) =>
  `(v128.load (i32.add (i32.load offset=${LAYOUT.pointers + 4 * lane} ${get("word")}) ${get("from")}))`;

/** Each word of the state, and where it lies. @param {(local: string, offset: number) => string} of */
const eachWord = (of) =>
  SETS.flatMap((set) =>
    ["a", "b", "c", "d"].map((word, index) => of(`$${word}${set}`, LAYOUT.state + set * STATE_OF_SET + index * VECTOR)),
  ).join("\n      ");

export const WAT = `(module
  (memory (export "memory") 3 3)

  ;; Takes the blocks of all lanes from \`from\` to \`to\` into their states; at least one.
  (func (export "run") (param $from i32) (param $to i32)
    (local $quarter i32) (local $word i32) (local $sine i32) (local $shift i32)
    (local $t v128) (local $u v128) (local $v v128) (local $w v128) (local $x v128)
    ${SETS.map((set) => ["a", "b", "c", "d"].map((word) => `(local $${word}${set} v128)`).join(" ")).join(" ")}
    (loop $block
      ${eachWord((local, offset) => `(local.set ${local} (v128.load offset=${offset} (i32.const 0)))`)}

      ;; Rows to columns: a quarter of the blocks of a set in a turn.
      (local.set $quarter (i32.const 0))
      (loop $transpose
        (local.set $word (i32.shr_u (i32.and ${get("quarter")} (i32.const ${WORDS_OF_SET})) (i32.const ${Math.log2(WORDS_OF_SET / POINTERS_OF_SET)})))
        (local.set $t ${quarterOf(0)})
        (local.set $u ${quarterOf(2)})
        (local.set $v (${interleave.low} ${get("t")} ${get("u")}))
        (local.set $w (${interleave.high} ${get("t")} ${get("u")}))
        (local.set $t ${quarterOf(1)})
        (local.set $u ${quarterOf(3)})
        (local.set $x (${interleave.low} ${get("t")} ${get("u")}))
        (local.set $u (${interleave.high} ${get("t")} ${get("u")}))
        (v128.store offset=${LAYOUT.words} ${get("quarter")} (${interleave.low} ${get("v")} ${get("x")}))
        (v128.store offset=${LAYOUT.words + 16} ${get("quarter")} (${interleave.high} ${get("v")} ${get("x")}))
        (v128.store offset=${LAYOUT.words + 32} ${get("quarter")} (${interleave.low} ${get("w")} ${get("u")}))
        (v128.store offset=${LAYOUT.words + 48} ${get("quarter")} (${interleave.high} ${get("w")} ${get("u")}))
        ;; The second set's blocks begin where the first's did.
        (local.set $from (i32.or
          (i32.and ${get("from")} (i32.const -64))
          (i32.and (i32.add ${get("from")} (i32.const 16)) (i32.const 63))))
        (br_if $transpose (i32.ne
          (local.tee $quarter (i32.add ${get("quarter")} (i32.const 64)))
          (i32.const ${SETS.length * WORDS_OF_SET}))))

      (local.set $sine (i32.const ${LAYOUT.sines}))${ROUNDS.map(roundOf).join("")}

      ${eachWord((local, offset) => `(v128.store offset=${offset} (i32.const 0) (i32x4.add (v128.load offset=${offset} (i32.const 0)) (local.get ${local})))`)}
      (br_if $block (i32.ne (local.tee $from (i32.add ${get("from")} (i32.const 64))) ${get("to")}))))

  ;; Lays eight texts of 55 bytes at most, which follow each other from \`at\`, into a block each, padded (RFC 1321, 3.1 and 3.2);
  ;; returns where they end. \`lengths\` is where their lengths are, a byte each.
  (func (export "lay") (param $at i32) (param $lengths i32) (result i32)
    (local $block i32) (local $length i32) (local $end i32) (local $zeros v128)
    (local.set $block (i32.const ${LAYOUT.windows}))
    (loop $text
      ${QUARTERS.map((offset) => `(v128.store offset=${offset} ${get("block")} (v128.load offset=${offset} ${get("at")}))`).join("\n      ")}
      (local.set $length (i32.load8_u ${get("lengths")}))
      ;; The zeros go on into the next block, whose turn is then, or behind the last.
      (local.set $end (i32.add ${get("block")} ${get("length")}))
      ${QUARTERS.map((offset) => `(v128.store offset=${offset} ${get("end")} ${get("zeros")})`).join("\n      ")}
      (i32.store8 ${get("end")} (i32.const 0x80))
      (i32.store16 offset=56 ${get("block")} (i32.shl ${get("length")} (i32.const 3)))
      (local.set $at (i32.add ${get("at")} ${get("length")}))
      (local.set $lengths (i32.add ${get("lengths")} (i32.const 1)))
      (br_if $text (i32.ne
        (local.tee $block (i32.add ${get("block")} (i32.const 64)))
        (i32.const ${LAYOUT.windows + LANES * 64}))))
    ${get("at")}))
`;
