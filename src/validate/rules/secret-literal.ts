/**
 * Literals that look like secrets, by the formats that their issuers publish, and by entropy where the key says that a
 * secret is meant. A format match is nearly certain; entropy alone would find every hash, so it needs the key as well.
 */
import type { JsonValue } from '../../model.ts';
import { type ArtifactRule, pointerOf } from '../rule.ts';

/** Prefixes and shapes that the issuers document for their secret scanners. */
const formats: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'an AWS access key id', pattern: /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/ },
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { what: 'a GitHub token', pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/ },
  { what: 'a GitLab token', pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}/ },
  { what: 'a Slack token', pattern: /(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}/ },
  { what: 'a Slack webhook', pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{20,}/ },
  { what: 'a Google API key', pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}/ },
  { what: 'a Stripe key', pattern: /(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{20,}/ },
  { what: 'an npm token', pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}/ },
  {
    what: 'a JSON web token',
    pattern: /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
  },
  { what: 'a password in a URL', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]+:(?!\$|\{|<|\*)[^\s/:@'"]{6,}@/ },
  { what: 'a bootstrap token', pattern: /(?<![a-z0-9.])[a-f0-9]{6}\.[a-f0-9]{16}(?![a-z0-9.])/ },
];

/** Keys whose value is a secret when it is random text. */
const secretKey =
  /(?:^|[_.-])(?:password|passwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential)s?$/i;

export const secretLiteral: ArtifactRule = {
  id: 'secret-literal',
  family: 'secrets',
  severity: 'error',
  title: 'nothing that looks like a secret stands in an artifact',
  scope: 'artifact',
  check(artifact, report) {
    walk(artifact.value, '', undefined, (text, pointer, key) => {
      const hit = formats.find(({ pattern }) => pattern.test(text));
      const what =
        hit?.what ?? (key !== undefined && secretKey.test(key) && looksRandom(text) ? 'a secret' : undefined);
      if (what === undefined) return;
      report(
        pointer,
        `This looks like ${what}. Secrets stay outside git: refer to it by name, with its digest as a fact. If it was real, it is compromised: replace it first.`,
      );
    });
  },
};

function walk(
  value: JsonValue,
  pointer: string,
  key: string | undefined,
  visit: (text: string, pointer: string, key: string | undefined) => void,
): void {
  if (typeof value === 'string') visit(value, pointer, key);
  else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      walk(item, `${pointer}/${index}`, key, visit);
    });
  } else if (typeof value === 'object' && value !== null) {
    const map = value as { readonly [name: string]: JsonValue };
    // An environment entry says its key beside its value.
    const name = typeof map.name === 'string' ? map.name : undefined;
    for (const [field, item] of Object.entries(map)) {
      walk(item, pointer + pointerOf(field), field === 'value' && name !== undefined ? name : field, visit);
    }
  }
}

/** One word of 16 and more characters with letters, digits and the entropy of random base64 or hex. */
function looksRandom(text: string): boolean {
  if (!/^[A-Za-z0-9+/=_-]{16,}$/.test(text) || !/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  return entropy(text) >= 3.5;
}

/** Shannon entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / text.length) * Math.log2(count / text.length);
  return sum;
}
