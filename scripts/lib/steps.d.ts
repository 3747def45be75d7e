export class StepError extends Error {}

export interface StepOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
}

/** Resolves to the command's whole output; rejects with a StepError that says what to do. */
export function runStep(label: string, command: string, args: string[], options?: StepOptions): Promise<string>;

export function showProgress<Result>(label: string, work: () => Promise<Result>): Promise<Result>;

export function say(line: string): void;

export function withInstallLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result>;

export function npmCommand(args: string[], nodePath: string): { command: string; args: string[] };
