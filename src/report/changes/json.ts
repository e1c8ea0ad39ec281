/** Changes for programs. The shape is `schemas/diff.schema.json`; `version` changes when it breaks. */
import type { FleetDiff } from '../../model.ts';
import { statusLine } from './words.ts';

export function changesJson(diff: FleetDiff): string {
  return `${JSON.stringify({ version: 1, status: statusLine(diff), ...diff }, null, 2)}\n`;
}
