/** A new channel between two others, without a line of code. */
import { parseDocument } from 'yaml';
import type { Repository } from '../model.ts';
import { filesOf } from './digest.ts';

/**
 * Files of a channel `name` that `after` promotes to from now on. It begins as a copy of what `after` promoted to (the
 * next channel, records included, so that nothing changes there), or of `after` itself where there was none.
 */
export function addChannel(
  repository: Repository,
  name: string,
  after: string,
): { readonly files: ReadonlyMap<string, Uint8Array>; readonly fault?: string } {
  const files = new Map<string, Uint8Array>();
  const source = repository.channels.get(after);
  if (!source) {
    return {
      files,
      fault: `there is no channel ${after}: there are ${[...repository.channels.keys()].sort().join(', ')}`,
    };
  }
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    return { files, fault: `"${name}" is no name of a channel: lower-case letters, digits and "-"` };
  }
  if (repository.channels.has(name)) return { files, fault: `channel ${name} exists already` };
  const { tree } = repository;
  const model = source.promotesTo ?? after;
  for (const path of filesOf(tree, `channels/${model}`)) {
    files.set(`channels/${name}/${path}`, tree.read(`channels/${model}/${path}`)!);
  }
  files.set(
    `channels/${name}/channel.yaml`,
    manifest(files.get(`channels/${name}/channel.yaml`)!, name, source.promotesTo),
  );
  files.set(`channels/${after}/channel.yaml`, manifest(tree.read(`channels/${after}/channel.yaml`)!, undefined, name));
  return { files };
}

/** The manifest with another target; comments and order stay. A new channel has no gates until somebody writes them. */
function manifest(bytes: Uint8Array, name: string | undefined, promotesTo: string | undefined): Uint8Array {
  const document = parseDocument(new TextDecoder().decode(bytes));
  if (name !== undefined) {
    document.set('description', `Between the channels before and after it: ${name}.`);
    document.delete('gates');
  }
  if (promotesTo === undefined) document.delete('promotes_to');
  else document.set('promotes_to', promotesTo);
  return new TextEncoder().encode(document.toString({ lineWidth: 0 }));
}

/** A channel manifest with another Kubernetes minor. */
export function withKubernetes(bytes: Uint8Array, minor: string): Uint8Array {
  const document = parseDocument(new TextDecoder().decode(bytes));
  const node = document.createNode(minor);
  // A minor such as 1.30 is text: unquoted it would be the number 1.3.
  node.type = 'QUOTE_DOUBLE';
  document.set('kubernetes', node);
  return new TextEncoder().encode(document.toString({ lineWidth: 0 }));
}
