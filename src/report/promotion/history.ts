/** The life of a unit over the channels, newest first. */
import { plain } from '../escape.ts';

export interface LifeEvent {
  readonly id: string;
  /** RFC 3339. */
  readonly date: string;
  readonly subject: string;
  readonly channel: string;
  /** `changed` where changes are made; elsewhere `promoted`, or `edited` by hand. */
  readonly kind: 'changed' | 'promoted' | 'edited';
}

export function historyText(unit: string, events: readonly LifeEvent[], complete: boolean): string {
  const width = Math.max(0, ...events.map((event) => event.channel.length));
  const words = { changed: 'changed ', promoted: 'promoted', edited: 'EDITED  ' } as const;
  const lines = events.map(
    (event) =>
      `${event.date.slice(0, 16).replace('T', ' ')}  ${event.channel.padEnd(width)}  ${words[event.kind]}  ${event.id.slice(0, 10)}  ${plain(event.subject)}\n`,
  );
  const none = events.length === 0 ? `${plain(unit)} is not in the history of the default branch yet\n` : '';
  return `${none}${lines.join('')}${complete ? '' : 'This clone is shallow: what came before is not here.\n'}`;
}

export function historyJson(events: readonly LifeEvent[]): string {
  return `${JSON.stringify(events, null, 2)}\n`;
}
