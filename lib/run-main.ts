import { StepError } from './steps';

/** A message written for people is enough for a failed step; anything else is a bug and shows where it is. */
function describe(error: unknown): string {
	if (error instanceof StepError) return error.message;
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs a script's work and turns its failure into a message and an exit code. */
export function runMain(work: () => Promise<void>): void {
	work().catch((error: unknown) => {
		process.stderr.write(`\n${describe(error)}\n`);
		process.exitCode = 1;
	});
}
