/** Go durations (`1h30m`, `1.5s`, `100ms`). Grammar: Go's time.ParseDuration. */

import { fractionOf } from './decimal.ts';

/** Nanoseconds by unit. Both micro signs are Go's. */
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Seconds of a Go duration, with fractions. */
export function durationSeconds(text: string): number {
  const whole = /^([+-]?)((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/.exec(text);
  if (whole === null) {
    if (/^[+-]?0$/.test(text)) return 0;
    throw new Error(`${JSON.stringify(text)} is not a duration such as 1h30m, 10s or 100ms`);
  }
  let nanos = 0n;
  for (const [, digits = '', unit = ''] of text.matchAll(/([0-9.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const [before = '', after = ''] = digits.split('.');
    nanos += (BigInt((before || '0') + after) * (units[unit] as bigint)) / 10n ** BigInt(after.length);
  }
  const seconds = Number(decimal(nanos, 9));
  return whole[1] === '-' ? -seconds : seconds;
}

/** A Go duration of so many seconds, without units that are zero: `1h30m`, `10s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(seconds: number): string {
  const [numerator, denominator] = fractionOf(Math.abs(seconds));
  const sign = seconds < 0 ? '-' : '';
  const nanos = (numerator * 1_000_000_000n) / denominator;
  if (nanos === 0n) return '0s';
  if (nanos < 1_000n) return `${sign}${nanos}ns`;
  if (nanos < 1_000_000n) return `${sign}${decimal(nanos, 3)}us`;
  if (nanos < 1_000_000_000n) return `${sign}${decimal(nanos, 6)}ms`;
  const hours = nanos / (units.h as bigint);
  const minutes = (nanos % (units.h as bigint)) / (units.m as bigint);
  const rest = nanos % (units.m as bigint);
  const parts = [
    hours > 0n ? `${hours}h` : '',
    minutes > 0n ? `${minutes}m` : '',
    rest > 0n ? `${decimal(rest, 9)}s` : '',
  ];
  return sign + parts.join('');
}

/** `value` divided by 10^places, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}
