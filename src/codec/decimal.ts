// Decimal text that is too long for a number: equally many digits without leading zeros compare as text.

export function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

/** Negative, 0 or positive as for `sort`. */
export function compareDecimals(a: string, b: string): number {
  const left = withoutLeadingZeros(a);
  const right = withoutLeadingZeros(b);
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}
