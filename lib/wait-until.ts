import { setTimeout as sleep } from 'node:timers/promises';

const POLL_IN_MILLISECONDS = 50;
const GIVE_UP_AFTER_IN_MILLISECONDS = 60_000;

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
	const deadline = Date.now() + giveUpAfterMs;
	for (;;) {
		const value = await ask();
		if (isFound(value)) return value;
		if (Date.now() > deadline) throw new Error(`Waited ${giveUpAfterMs / 1000} s in vain until ${what}.`);
		await sleep(POLL_IN_MILLISECONDS);
	}
}
