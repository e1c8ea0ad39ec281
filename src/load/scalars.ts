/**
 * What a plain (unquoted) YAML scalar means. The rules are those of Kubernetes' own reader (sigs.k8s.io/yaml, YAML 1.1
 * with exceptions), because that is what our users know: `yes`, `on` and `y` are booleans, dates are text. Where the
 * readers of the world disagree on a number (`0755`, `1_000`, `0b11`), the scalar is refused instead: nothing is
 * converted silently.
 */
import type { JsonValue } from '../model.ts';

export type ScalarKind = 'null' | 'boolean' | 'integer' | 'float' | 'string' | 'date' | 'refused';

export interface PlainScalar {
  readonly kind: ScalarKind;
  /** For `refused` and `date`: the text as written. */
  readonly value: JsonValue;
  /** For `refused`: why, and what to write. */
  readonly reason?: string;
}

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const trues = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const falses = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const decimalInteger = /^[-+]?(0|[1-9][0-9]*)$/;
const decimalFloat = /^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** A base prefix or a leading zero: a number for some readers, another one or text for others. */
const disputedNumber = /^[-+]?(0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?)$/;
const infinityOrNan = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const date = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$/;

/** Reads the text of a plain scalar. */
export function readPlainScalar(text: string): PlainScalar {
  if (nulls.has(text)) return { kind: 'null', value: null };
  if (trues.has(text)) return { kind: 'boolean', value: true };
  if (falses.has(text)) return { kind: 'boolean', value: false };
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!mayBeNumber) return { kind: 'string', value: text };
  if (decimalInteger.test(text)) {
    const value = Number(text);
    if (Number.isSafeInteger(value)) return { kind: 'integer', value: value === 0 ? 0 : value };
    return refused(text, `the number ${text} has more digits than readers keep: quote it`);
  }
  if (isDisputed(text)) {
    return refused(
      text,
      `readers of YAML disagree on ${text} (a leading zero, a base or an underscore): ` +
        `quote it if it is an identifier ('${text}'), or write a plain decimal number`,
    );
  }
  if (decimalFloat.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return { kind: 'float', value: value === 0 ? 0 : value };
    return refused(text, `the number ${text} is too large: quote it`);
  }
  if (infinityOrNan.test(text)) return refused(text, `${text} is no value that JSON can hold: quote it if it is text`);
  if (date.test(text)) return { kind: 'date', value: text };
  return { kind: 'string', value: text };
}

/** Kubernetes' reader takes underscores out of whatever is a number without them. */
function isDisputed(text: string): boolean {
  if (!text.includes('_')) return disputedNumber.test(text);
  const bare = text.replaceAll('_', '');
  return decimalInteger.test(bare) || decimalFloat.test(bare) || disputedNumber.test(bare);
}

function refused(text: string, reason: string): PlainScalar {
  return { kind: 'refused', value: text, reason };
}
