/** Shares a template's verdict between the rules that report a part of it. */
import { type ArtifactRule, asObject } from '../rule.ts';
import type { TemplateCode } from './schema.ts';

/** The check of a rule that reports the issues of some codes. */
export function reportTemplateCodes(...codes: readonly TemplateCode[]): ArtifactRule['check'] {
  const wanted: ReadonlySet<string> = new Set(codes);
  return (artifact, report, data) => {
    const template = artifact.kind === 'template' ? asObject(artifact.value) : undefined;
    if (!template) return;
    for (const issue of data.validateTemplate(template).issues) {
      if (wanted.has(issue.code)) report(issue.pointer, issue.message);
    }
  };
}
