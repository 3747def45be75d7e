import { sleep } from 'n8n-workflow';

/** A node has no timer that it could stop, so it waits in short pieces, and leaves no long one behind. */
const PIECE_IN_MS = 250;

/** What comes of something, or undefined where that takes longer. What is overdue goes on by itself. */
export async function inTime<Result>(milliseconds: number, something: Promise<Result>): Promise<Result | undefined> {
	const deadline = performance.now() + milliseconds;
	const notYet = Symbol('not yet');
	while (performance.now() < deadline) {
		const result = await Promise.race([something, sleep(PIECE_IN_MS).then((): typeof notYet => notYet)]);
		if (result !== notYet) return result;
	}
	return undefined;
}
