/** What an impact rule is: it looks at one changed thing in the state of its cluster, and says what happens. */
import type { FieldChange, Impact, JsonObject, JsonValue, ObjectChange } from '../../model.ts';
import type { ClusterState } from '../state.ts';

/** Facts from pinned data, handed in by the command. */
export interface ImpactData {
  /** Property paths (`/` between, `*` for list items) of a CloudFormation type whose change replaces the resource. */
  readonly createOnly: (type: string) => readonly string[];
  /** Those whose change may replace it. */
  readonly conditionalCreateOnly: (type: string) => readonly string[];
  /** The primary identifier's properties. */
  readonly identifier: (type: string) => readonly string[];
  /** Transition rules of a custom resource's CRD (CEL rules that read `oldSelf`) that the change violates. */
  readonly transitionFaults?: (
    before: JsonObject,
    after: JsonObject,
    crds: readonly JsonObject[],
  ) => readonly { readonly pointer: string; readonly message: string }[];
}

export interface ImpactContext {
  readonly before: ClusterState;
  readonly after: ClusterState;
  readonly data: ImpactData;
}

/** States a consequence, of one field where it is that field's, else of the whole. */
export type Note = (impact: Impact, text: string, field?: FieldChange) => void;

export interface ImpactRule {
  /** Kebab-case; the name of its page in docs/impacts/. */
  readonly id: string;
  readonly title: string;
  readonly judge: (change: ObjectChange, context: ImpactContext, note: Note) => void;
}

/** Old and new value of the thing itself: an object, or a resource of a resolved template. */
export interface Values {
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Fields that differ in more than how they are written. */
export function realFields(change: ObjectChange): readonly FieldChange[] {
  return change.fields.filter((field) => field.kind !== 'rewritten');
}
