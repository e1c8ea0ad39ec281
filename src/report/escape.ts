/**
 * Text from a repository is data in every medium: an overlay cannot move the cursor of a terminal, end a comment, link
 * somewhere, or add a workflow command. One function a medium.
 */

/** Control characters, among them ESC and the C1 set, and the characters that reorder or hide text (Unicode Cf bidi controls, zero widths). */
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line for a terminal or a log: whatever is invisible is written as `\u{...}`; newlines too. */
export function plain(text: string): string {
  return text.replace(invisible, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u{${character.charCodeAt(0).toString(16)}}`;
  });
}

/** Text for HTML content and for double-quoted attributes. */
export function html(text: string): string {
  return text
    .replace(invisible, (character) => (character === '\n' || character === '\t' ? character : '\ufffd'))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Text for XML 1.0: as HTML, but no named entity that XML lacks, and no character that XML excludes. */
export function xml(text: string): string {
  return html(text).replace(/[\ud800-\udfff\ufffe\uffff]/gu, '\ufffd');
}

/** Running text in GitHub- and GitLab-flavoured Markdown: no mark-up, mention, link, emoji code or HTML takes effect. */
export function markdown(text: string): string {
  return plain(text)
    .replace(/[\\`*_{}[\]()#+!|~<>$-]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replace(/@(?=[\w-])/g, '@\u2060')
    .replace(/(?<=\w):(?=\w+:)/g, ':\u2060')
    .replace(/:\/\//g, ':\u2060//')
    .replace(/\bwww\./g, 'www\u2060.');
}

/** Inline code in Markdown: the fence is longer than any run of backquotes inside; table cells need `|` escaped. */
export function markdownCode(text: string): string {
  const line = plain(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The message of a GitHub workflow command. */
export function workflowMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a GitHub workflow command. */
export function workflowProperty(text: string): string {
  return workflowMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
