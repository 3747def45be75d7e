export class StepError extends Error {}

export interface StepOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
}

/** Resolves to the command's whole output; rejects with a StepError that says what to do. */
export function runStep(label: string, command: string, args: string[], options?: StepOptions): Promise<string>;

/** An npm command as a step. */
export function runNpm(label: string, args: string[], options?: StepOptions, node?: string): Promise<string>;

export function showProgress<Result>(label: string, work: () => Promise<Result>): Promise<Result>;

export function say(line: string): void;

export function withInstallLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result>;

export function isAlive(pid: number): boolean;

/** By which files was installed, on which system: the stamp that a complete installation leaves. */
export function fingerprintOf(...files: string[]): string;

export function npmCommand(args: string[], nodePath: string): { command: string; args: string[] };
