/** All files that an entry reaches by imports, evaluated or not, and everything that is statically wrong with them. */

import { type Closure, type ImportEdge, JsonnetError } from './api.ts';
import type { Files, ParsedFile } from './files.ts';
import { sortNames } from './unicode.ts';

export function findClosure(files: Files, entry: string): Closure {
  const search = new Search(files);
  search.visit(entry, undefined);
  return { files: sortNames([...search.found]), imports: search.imports, errors: search.errors };
}

class Search {
  readonly found = new Set<string>();
  readonly imports: ImportEdge[] = [];
  readonly errors: JsonnetError[] = [];
  private readonly files: Files;
  private readonly visited = new Set<string>();
  /** The chain of plain imports to the file that is visited now. */
  private readonly chain: string[] = [];
  constructor(files: Files) {
    this.files = files;
  }

  visit(name: string, edge: ImportEdge | undefined): void {
    if (this.chain.includes(name)) {
      const cycle = [...this.chain.slice(this.chain.indexOf(name)), name];
      this.fail(`import cycle: ${cycle.join(' -> ')}`, edge);
      return;
    }
    if (this.visited.has(name)) return;
    this.visited.add(name);
    const parsed = this.parse(name, edge);
    if (!parsed) return;
    if (!this.files.isBuiltin(name)) this.found.add(name);
    this.errors.push(...this.files.staticErrors(name));
    this.chain.push(name);
    for (const node of parsed.imports) {
      const span = parsed.source.span(node.start, node.end);
      try {
        this.follow(this.files.edge(name, node));
      } catch (error) {
        if (error instanceof JsonnetError || !(error instanceof Error)) throw error;
        this.errors.push(new JsonnetError('static', error.message, [{ span }]));
      }
    }
    this.chain.pop();
  }

  private follow(edge: ImportEdge): void {
    const builtin = this.files.isBuiltin(edge.to);
    if (!builtin) this.imports.push(edge);
    if (edge.kind === 'import') {
      this.visit(edge.to, edge);
    } else {
      this.files.read(edge.to);
      if (!builtin) this.found.add(edge.to);
    }
  }

  private parse(name: string, edge: ImportEdge | undefined): ParsedFile | undefined {
    try {
      return this.files.parse(name);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.fail(error.message, edge);
      return undefined;
    }
  }

  private fail(message: string, edge: ImportEdge | undefined): void {
    this.errors.push(new JsonnetError('static', message, edge ? [{ span: edge.span }] : []));
  }
}
