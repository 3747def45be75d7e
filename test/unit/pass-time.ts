const STEP_IN_MILLISECONDS = 20;

/** Lets the time pass that something takes, with jest's fake timers; none where it takes none. */
export async function passTimeUntil<Result>(something: Promise<Result>): Promise<Result> {
	let isOpen = true;
	void something.finally(() => (isOpen = false)).catch(() => undefined);
	await jest.advanceTimersByTimeAsync(0);
	while (isOpen) await jest.advanceTimersByTimeAsync(STEP_IN_MILLISECONDS);
	return await something;
}
