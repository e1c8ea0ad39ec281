/** Schedules of CronJobs: five fields, as robfig/cron's standard parser reads them. */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly { readonly low: number; readonly high: number; readonly names?: readonly string[] }[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: months },
  { low: 0, high: 6, names: days },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

export function isSchedule(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.startsWith('@')) return descriptors.includes(trimmed) || /^@every \S+$/.test(trimmed);
  const parts = trimmed.split(/\s+/);
  return parts.length === 5 && parts.every((part, index) => isField(part, fields[index]!));
}

function isField(part: string, field: (typeof fields)[number]): boolean {
  return part.split(',').every((entry) => {
    const [range = '', step, ...more] = entry.split('/');
    if (more.length > 0 || (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0))) return false;
    if (range === '*' || range === '?') return true;
    const ends = range.split('-').map((end) => numberOf(end, field));
    if (ends.length > 2 || ends.some((end) => end === undefined)) return false;
    return ends.length === 1 || ends[0]! <= ends[1]!;
  });
}

function numberOf(text: string, field: (typeof fields)[number]): number | undefined {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + field.low;
  if (!/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= field.low && number <= field.high ? number : undefined;
}
