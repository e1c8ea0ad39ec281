/** Documentation pages that the package carries. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The page of a rule; undefined when the package has none. `id` is one of the index's own. */
export function readRulePage(id: string): string | undefined {
  const file = fileURLToPath(new URL(`../../docs/rules/${id}.md`, import.meta.url));
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Version of this package, from its own package.json. */
export function packageVersion(): string {
  const file = fileURLToPath(new URL('../../package.json', import.meta.url));
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
