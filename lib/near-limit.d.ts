/** The name of the environment variable that names the file for these lines. */
export const FILE_IN_ENVIRONMENT: string;

/** Tells of what took more than half of the time that it may take. */
export function tellIfNearLimit(what: string, tookMs: number, limitMs: number): void;
