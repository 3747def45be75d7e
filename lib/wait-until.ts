import { setTimeout as sleep } from 'node:timers/promises';

import { tellIfNearLimit } from './near-limit';

/** Soon after it began, what comes at once is seen at once; later it is asked for less often. */
const POLL_IN_MILLISECONDS = { atLeast: 5, atMost: 50 };
/** Only what never comes should end a wait: a machine that does much else takes many times as long as a quiet one. */
const GIVE_UP_AFTER_IN_MILLISECONDS = 180_000;

type Found<Value> = Exclude<Value, undefined | null | false>;

function isFound<Value>(value: Value): value is Found<Value> {
	return value !== undefined && value !== null && value !== false;
}

/** Asks again and again until the answer is something; says what it waited for when it never is. */
export async function waitUntil<Value>(
	what: string,
	ask: () => Value | Promise<Value>,
	giveUpAfterMs = GIVE_UP_AFTER_IN_MILLISECONDS,
): Promise<Found<Value>> {
	const start = Date.now();
	for (;;) {
		const value = await ask();
		const waitedMs = Date.now() - start;
		if (isFound(value)) {
			tellIfNearLimit(`waited until ${what}`, waitedMs, giveUpAfterMs);
			return value;
		}
		if (waitedMs > giveUpAfterMs) throw new Error(`Waited ${giveUpAfterMs / 1000} s in vain until ${what}.`);
		await sleep(Math.min(POLL_IN_MILLISECONDS.atLeast + waitedMs / 10, POLL_IN_MILLISECONDS.atMost));
	}
}
