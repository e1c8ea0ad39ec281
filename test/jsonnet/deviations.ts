/** Cases of the suites in which this engine differs on purpose, by suite and file, each with its reason. */
export const deviations: Readonly<Record<string, string>> = {};
