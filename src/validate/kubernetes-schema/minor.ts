/** Kubernetes minors such as `1.34`. */

/** Whether `minor` is `other` or newer. */
export function isAtLeast(minor: string, other: string): boolean {
  const [majorA = 0, minorA = 0] = minor.split('.').map(Number);
  const [majorB = 0, minorB = 0] = other.split('.').map(Number);
  return majorA > majorB || (majorA === majorB && minorA >= minorB);
}
