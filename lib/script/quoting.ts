/** Values in tags: a comma, colon or brace stands in double quotes (1.3). */

/** The value that a quoted text stands for: `\"` is a quote and `\\` a backslash. */
export function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');
}

export function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** A value as it is written into a tag, in quotes only where it needs them. */
export function written(value: string): string {
  return /[,:{}]|^["\s]|\s$|^$/.test(value) ? quote(value) : value;
}
